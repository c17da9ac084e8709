import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { openAddressLists } from '#adapters/address-reputation';
import { UserAgentDeviceTraits } from '#adapters/device-traits';
import { openGeoReader } from '#adapters/geo';
import {
  ADDRESS_REPUTATION,
  GEO_READER,
  RISK_WEIGHTS,
  RiskAssessor,
  type AddressReputation,
  type GeoReader,
} from '#domain/risk';
import { DEVICE_TRAITS } from '#domain/session';
import { ConfigError, type Config } from '../config/index.js';
import { provide } from './provide.js';

/** What is known of where a sign-in comes from, and what that says. */
@Module({})
export class RiskModule {
  static register({ risk }: Config): DynamicModule {
    const providers = [
      { provide: GEO_READER, useFactory: () => geoReader(risk.geoDatabase) },
      { provide: ADDRESS_REPUTATION, useFactory: () => addressReputation(risk.addressLists) },
      { provide: DEVICE_TRAITS, useClass: UserAgentDeviceTraits },
      provide(RiskAssessor, [GEO_READER, ADDRESS_REPUTATION, RISK_WEIGHTS]),
    ];
    return { module: RiskModule, global: true, providers, exports: providers };
  }
}

const geoReader = (database: string): GeoReader | Promise<GeoReader> =>
  database === 'off'
    ? { locate: () => null }
    : openGeoReader(database).catch(unusable('GEO_DATABASE (risk.geoDatabase)'));

function addressReputation(files: readonly string[]): AddressReputation | Promise<AddressReputation> {
  if (files.length === 0) return { isListed: () => false };
  const logger = new Logger('AddressReputation');
  return openAddressLists({ files, warn: (message) => logger.warn(message) }).catch(
    unusable('ADDRESS_REPUTATION_FILES (risk.addressLists)'),
  );
}

const unusable =
  (where: string) =>
  (error: unknown): never => {
    throw new ConfigError([{ where, message: `cannot be used: ${(error as Error).message}` }]);
  };
