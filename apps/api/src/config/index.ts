export { ConfigError } from './config-error.js';
export { hasDevOutbox, metricsReaders, type Config, type SmtpConfig, type TwilioConfig } from './config.js';
export { describeConfig } from './describe-config.js';
export { loadConfig } from './load-config.js';
