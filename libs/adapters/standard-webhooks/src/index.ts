export * from './standard-alert-webhook.js';
