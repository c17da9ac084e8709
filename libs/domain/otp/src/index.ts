export * from './model/channel.js';
export * from './model/otp-challenge.js';
export * from './ports/one-time-codes.port.js';
export * from './ports/otp-challenges.port.js';
export * from './services/challenge-issuer.js';
export * from './use-cases/add-identifier.use-case.js';
export * from './use-cases/request-sign-in-code.use-case.js';
export * from './use-cases/sign-in-with-code.use-case.js';
