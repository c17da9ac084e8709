export * from './otp.fixture.js';
export * from './otp.mother.js';
export * from './otp-challenges.contract.js';
export * from './unit-of-work.contract.js';
