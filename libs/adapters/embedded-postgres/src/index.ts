export { EmbeddedDatabase } from './embedded-database.js';
export { EmbeddedDatabaseError } from './embedded-database-error.js';
