import { afterAll, beforeAll } from '@jest/globals';
import { PostgresRoleDirectory } from '#adapters/typeorm';
import {
  describeAdministratorsContract,
  describeRolesContract,
  describeSetupTokensContract,
} from '#domain/access/testing';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

let record: PostgresRecord;

beforeAll(async () => {
  record = await openPostgresRecord();
});
afterAll(() => record.close());

const emptied = async () => {
  await record.query('TRUNCATE gatehouse.users, gatehouse.user_identifiers, gatehouse.setup_tokens');
  await record.query('DELETE FROM gatehouse.roles WHERE NOT system');
  return { unitOfWork: record.unitOfWork, roleDirectory: new PostgresRoleDirectory(record.database) };
};

describeRolesContract('on PostgreSQL', emptied);
describeAdministratorsContract('on PostgreSQL', emptied);
describeSetupTokensContract('on PostgreSQL', emptied);
