import { ApiSchema } from '@nestjs/swagger';
import { DisplayNameField, LocaleField } from '../validation/fields.js';

/** What is left out stays as it is; null empties it. */
@ApiSchema({ name: 'ProfileChange' })
export class ProfileChangeDto {
  @DisplayNameField()
  readonly displayName?: string | null;

  @LocaleField()
  readonly locale?: string | null;
}
