export { summariseError } from './error-summary.js';
export { createLogger, type Logger } from './logger.js';
export { NestLogger } from './nest-logger.js';
