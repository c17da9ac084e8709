export { IdentifiersModule } from './identifiers.module.js';
