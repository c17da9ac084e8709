export { IdentifiersModule } from './identifiers.module.js';
export { TypedIdentifierParser } from './typed-identifier-parser.js';
