import { Module, type DynamicModule, type ValueProvider } from '@nestjs/common';
import {
  LINK_POLICY,
  LOCKOUT_POLICY,
  PASSWORD_CHANGE_POLICY,
  PASSWORD_POLICY,
  REGISTRATION_POLICY,
  type PasswordScore,
} from '#domain/credentials';
import { IMPORT_RETENTION_POLICY } from '#domain/administration';
import { ALERTING_POLICY } from '#domain/alerting';
import { AUDIT_RETENTION_POLICY } from '#domain/audit';
import { DELETION_POLICY } from '#domain/identity';
import type { Token } from '#domain/kernel';
import { AVAILABLE_CHANNELS, OTP_POLICY, type Channel } from '#domain/otp';
import { RISK_WEIGHTS } from '#domain/risk';
import { DEVICE_POLICY, SESSION_POLICY, SIGN_UP_POLICY } from '#domain/session';
import { THROTTLING_POLICY } from '#domain/throttling';
import { hasDevOutbox, type Config } from '../config/index.js';

const value = <T>(token: Token<T>, useValue: T): ValueProvider => ({ provide: token, useValue });

/** The deployment's configuration, in the words of each context. */
@Module({})
export class PoliciesModule {
  static register(config: Config): DynamicModule {
    const { accounts, alerts, links, lockout, otp, passwords, rateLimits, sessions, tokens } = config;
    const policies = [
      value(DELETION_POLICY, { reservedFor: accounts.reservation }),
      value(IMPORT_RETENTION_POLICY, { keepFor: accounts.importRetention }),
      value(ALERTING_POLICY, {
        quiet: alerts.window,
        failures: {
          window: alerts.failureWindow,
          perAccount: alerts.failuresPerAccount,
          perNetwork: alerts.failuresPerNetwork,
          overall: alerts.failuresOverall,
        },
        ownerInterval: alerts.ownerInterval,
        operators: {
          from: alerts.severity,
          emails: alerts.emails,
          webhook: alerts.webhookUrl !== undefined,
        },
      }),
      value(AUDIT_RETENTION_POLICY, { keepFor: config.audit.retention }),
      value(SIGN_UP_POLICY, { open: accounts.signUp === 'open', roles: ['user'] }),
      value(OTP_POLICY, {
        lifetime: otp.lifetime,
        maxAttempts: otp.maxAttempts,
        sendsPerWindow: otp.sends,
        sendWindow: otp.sendWindow,
        resendDelay: otp.resendDelay,
        maxWrongPerDay: otp.maxWrongPerDay,
      }),
      value(REGISTRATION_POLICY, {
        answers: accounts.registrationAnswers,
        pendingLifetime: accounts.pendingLifetime,
      }),
      value(PASSWORD_POLICY, {
        minLength: passwords.minLength,
        composition: passwords.composition,
        minScore: passwords.minStrength as PasswordScore,
      }),
      value(PASSWORD_CHANGE_POLICY, { freshFor: passwords.freshSignIn }),
      value(LOCKOUT_POLICY, lockout),
      value(LINK_POLICY, {
        verificationLifetime: links.verificationLifetime,
        resetLifetime: links.resetLifetime,
        sendsPerWindow: links.sends,
        sendWindow: links.sendWindow,
      }),
      value(AVAILABLE_CHANNELS, channelsOf(config)),
      value(SESSION_POLICY, {
        maximumPerUser: sessions.perUser,
        accessTokenLifetime: tokens.accessLifetime,
        idleLifetime: sessions.idleLifetime,
        absoluteLifetime: sessions.absoluteLifetime,
        refreshGrace: sessions.refreshGrace,
      }),
      value(RISK_WEIGHTS, config.risk.weights),
      value(DEVICE_POLICY, { keepFor: config.devices.retention }),
      value(THROTTLING_POLICY, {
        buckets: {
          overall: { capacity: rateLimits.perMinute, windowSeconds: 60 },
          'sign-in': { capacity: rateLimits.signInPerMinute, windowSeconds: 60 },
        },
        trusted: { capacity: 2 * rateLimits.perMinute, windowSeconds: 60 },
        trustedTogether: { capacity: 20 * rateLimits.perMinute, windowSeconds: 60 },
        block: {
          strikes: rateLimits.blockAfter,
          windowSeconds: 60,
          blockSeconds: rateLimits.blockFor / 1_000,
        },
      }),
    ];
    return { module: PoliciesModule, global: true, providers: policies, exports: policies };
  }
}

const channelsOf = (config: Config): readonly Channel[] =>
  hasDevOutbox(config)
    ? ['sms', 'email']
    : [...(config.sms ? (['sms'] as const) : []), ...(config.email ? (['email'] as const) : [])];
