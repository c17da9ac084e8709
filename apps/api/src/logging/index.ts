export { summariseError } from './error-summary.js';
export { LogFields } from './log-fields.js';
export { createLogger, type Logger } from './logger.js';
export { NestLogger } from './nest-logger.js';
