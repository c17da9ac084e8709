import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { BREACHED_PASSWORDS, type BreachedPasswords } from '#domain/credentials';
import { openBreachedPasswordList } from './list-file-breached-passwords.js';
import { RangeApiBreachedPasswords, type HttpGet } from './range-api-breached-passwords.js';

export type BreachedPasswordsOptions =
  | { readonly source: 'off' }
  | {
      readonly source: 'api';
      readonly baseUrl: string;
      /** Asked for only here, so that a client that nobody needs is not loaded. */
      readonly client: () => Promise<HttpGet>;
    }
  | { readonly source: 'file'; readonly path: string };

@Module({})
export class BreachedPasswordsModule {
  static register(options: BreachedPasswordsOptions): DynamicModule {
    const breached = { provide: BREACHED_PASSWORDS, useFactory: () => breachedPasswords(options) };
    return { module: BreachedPasswordsModule, providers: [breached], exports: [breached] };
  }
}

async function breachedPasswords(options: BreachedPasswordsOptions): Promise<BreachedPasswords> {
  const logger = new Logger('BreachedPasswords');
  switch (options.source) {
    case 'off':
      return { check: async () => 'not-found' };
    case 'file':
      return openBreachedPasswordList(options.path);
    case 'api':
      return new RangeApiBreachedPasswords({
        baseUrl: options.baseUrl,
        get: await options.client(),
        onUnavailable: (reason) => logger.warn(`A password was accepted unchecked: ${reason}`),
      });
  }
}
