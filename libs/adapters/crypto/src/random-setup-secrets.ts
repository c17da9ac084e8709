import { createHash, randomBytes } from 'node:crypto';
import type { SetupSecrets } from '#domain/access';
import { Secret } from '#domain/kernel';

const BYTES = 32;

export class RandomSetupSecrets implements SetupSecrets {
  generate(): Secret {
    return new Secret(randomBytes(BYTES).toString('base64url'));
  }

  digest(secret: string): string {
    return createHash('sha256').update(secret).digest('base64url');
  }
}
