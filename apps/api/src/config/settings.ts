import { setting, type SettingGroup } from './setting.js';
import * as a from './values.js';

/** Every setting there is. `docs/configuration.md` says what each is for; a test holds the two together. */
export const SETTINGS = {
  environment: setting('NODE_ENV', a.oneOf('development', 'production', 'test'), 'development'),
  dataDir: setting('DATA_DIR', a.path, '.gatehouse'),
  http: {
    host: setting('HOST', a.host, '127.0.0.1'),
    port: setting('PORT', a.integer(0, 65_535), '3000'),
    publicUrl: setting('PUBLIC_URL', a.origin),
    trustedProxies: setting('TRUSTED_PROXIES', a.integer(0, 16), '0'),
    corsOrigins: setting('CORS_ORIGINS', a.originList, ''),
    bodyLimit: setting('BODY_LIMIT', a.size('1MiB'), '64KiB'),
    requestTimeout: setting('REQUEST_TIMEOUT', a.duration('1s', '10m'), '15s'),
    shutdownDelay: setting('SHUTDOWN_DELAY', a.duration('0s', '1m'), '2s'),
  },
  database: {
    url: setting('DATABASE_URL', a.secretUrl('postgres', 'postgresql')),
    poolSize: setting('DATABASE_POOL_SIZE', a.integer(1, 1_000), '25'),
  },
  redis: {
    url: setting('REDIS_URL', a.redisUrl),
  },
  rateLimits: {
    enabled: setting('RATE_LIMITS', a.onOff, 'on'),
    perMinute: setting('RATE_LIMIT_PER_MINUTE', a.integer(1, 10_000_000), '100'),
    signInPerMinute: setting('RATE_LIMIT_SIGN_IN_PER_MINUTE', a.integer(1, 10_000_000), '5'),
    blockAfter: setting('RATE_LIMIT_BLOCK_AFTER', a.integer(1, 10_000_000), '20'),
    blockFor: setting('RATE_LIMIT_BLOCK_FOR', a.duration('1s', '1d'), '5m'),
  },
  keys: {
    dir: setting('KEYS_DIR', a.path),
    serverKey: setting('SERVER_KEY', a.key256),
  },
  tokens: {
    issuer: setting('TOKEN_ISSUER', a.url('http', 'https')),
    audience: setting('TOKEN_AUDIENCE', a.text, 'gatehouse'),
    accessLifetime: setting('ACCESS_TOKEN_LIFETIME', a.duration('10s', '1d'), '15m'),
    transport: setting('TOKEN_TRANSPORT', a.oneOf('bearer', 'cookie'), 'bearer'),
  },
  cookies: {
    secure: setting('COOKIE_SECURE', a.onOff, 'on'),
    sameSite: setting('COOKIE_SAME_SITE', a.oneOf('lax', 'strict', 'none'), 'lax'),
    domain: setting('COOKIE_DOMAIN', a.domain),
  },
  sessions: {
    perUser: setting('SESSIONS_PER_USER', a.integerOr('unlimited', null, 1, 1_000), '10'),
    idleLifetime: setting('SESSION_IDLE_LIFETIME', a.duration('1m', '400d'), '30d'),
    absoluteLifetime: setting('SESSION_ABSOLUTE_LIFETIME', a.duration('1m', '400d'), '90d'),
    refreshGrace: setting('REFRESH_GRACE', a.duration('0s', '5m'), '10s'),
  },
  accounts: {
    signUp: setting('SIGN_UP', a.oneOf('open', 'closed'), 'open'),
    registrationAnswers: setting('REGISTRATION_ANSWERS', a.oneOf('uniform', 'plain'), 'uniform'),
    pendingLifetime: setting('PENDING_ACCOUNT_LIFETIME', a.duration('1h', '365d'), '7d'),
    reservation: setting('DELETED_ACCOUNT_RESERVATION', a.duration('0s', '3650d'), '30d'),
  },
  audit: {
    retention: setting('AUDIT_RETENTION', a.durationOr('unlimited', null, '30d', '36500d'), 'unlimited'),
  },
  otp: {
    lifetime: setting('OTP_LIFETIME', a.duration('10s', '1h'), '2m'),
    maxAttempts: setting('OTP_MAX_ATTEMPTS', a.integer(1, 10), '5'),
    sends: setting('OTP_SENDS', a.integer(1, 10_000_000), '3'),
    sendWindow: setting('OTP_SEND_WINDOW', a.duration('1s', '1d'), '10m'),
    resendDelay: setting('OTP_RESEND_DELAY', a.duration('0s', '10m'), '0s'),
    maxWrongPerDay: setting('OTP_MAX_WRONG_PER_DAY', a.integer(1, 1_000), '20'),
  },
  passwords: {
    hasher: setting('PASSWORD_HASHER', a.oneOf('argon2id', 'bcrypt'), 'argon2id'),
    hashingConcurrency: setting('PASSWORD_HASHING_CONCURRENCY', a.integerOr('auto', null, 1, 128), 'auto'),
    hashingQueue: setting('PASSWORD_HASHING_QUEUE', a.integer(0, 100_000), '100'),
    minLength: setting('PASSWORD_MIN_LENGTH', a.integer(8, 64), '12'),
    composition: setting('PASSWORD_COMPOSITION', a.oneOf('none', 'classic'), 'none'),
    minStrength: setting('PASSWORD_MIN_STRENGTH', a.integer(0, 4), '3'),
    breachCheck: setting('PASSWORD_BREACH_CHECK', a.oneOf('off', 'api', 'file'), 'off'),
    breachApiUrl: setting('BREACHED_PASSWORDS_URL', a.url('http', 'https'), 'https://api.pwnedpasswords.com'),
    breachFile: setting('BREACHED_PASSWORDS_FILE', a.path),
    freshSignIn: setting('PASSWORD_FRESH_SIGN_IN', a.duration('0s', '1h'), '5m'),
  },
  lockout: {
    delayAfter: setting('LOCKOUT_DELAY_AFTER', a.integer(1, 100), '3'),
    lockAfter: setting('LOCKOUT_AFTER', a.integer(1, 100), '10'),
    lockFor: setting('LOCKOUT_DURATION', a.duration('1s', '7d'), '15m'),
    failuresPerNetwork: setting('LOCKOUT_ADDRESS_AFTER', a.integer(1, 100_000), '100'),
  },
  links: {
    verifyEmailUrl: setting('VERIFY_EMAIL_URL', a.linkTemplate),
    resetPasswordUrl: setting('RESET_PASSWORD_URL', a.linkTemplate),
    verificationLifetime: setting('EMAIL_VERIFICATION_LIFETIME', a.duration('5m', '30d'), '24h'),
    resetLifetime: setting('PASSWORD_RESET_LIFETIME', a.duration('5m', '1d'), '30m'),
    sends: setting('LINK_SENDS', a.integer(1, 10_000_000), '3'),
    sendWindow: setting('LINK_SEND_WINDOW', a.duration('1s', '1d'), '15m'),
  },
  sms: {
    accountSid: setting('TWILIO_ACCOUNT_SID', a.text),
    authToken: setting('TWILIO_AUTH_TOKEN', a.secret),
    from: setting('TWILIO_FROM', a.text),
    messagingServiceSid: setting('TWILIO_MESSAGING_SERVICE_SID', a.text),
    baseUrl: setting('TWILIO_BASE_URL', a.url('http', 'https')),
  },
  email: {
    smtpUrl: setting('SMTP_URL', a.secretUrl('smtp', 'smtps')),
    from: setting('MAIL_FROM', a.emailAddress),
  },
  metrics: {
    host: setting('METRICS_HOST', a.host, '127.0.0.1'),
    port: setting('METRICS_PORT', a.integer(0, 65_535)),
    token: setting('METRICS_TOKEN', a.bearerToken),
  },
  devOutbox: setting('DEV_OUTBOX', a.onOff, 'on'),
  worker: setting('WORKER', a.onOff, 'on'),
  logLevel: setting(
    'LOG_LEVEL',
    a.oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'info',
  ),
} satisfies SettingGroup;
