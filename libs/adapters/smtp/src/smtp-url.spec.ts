import { describe, expect, it } from '@jest/globals';
import { Secret } from '#domain/kernel';
import { isLoopback, parseSmtpUrl } from './smtp-url.js';

const parse = (url: string): ReturnType<typeof parseSmtpUrl> => parseSmtpUrl(new Secret(url));

describe('parseSmtpUrl', () => {
  it.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, secure: false }],
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, secure: true }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525, secure: false }],
    [
      'smtp://no-reply%40example.com:p%40ss%3A@mail.example.com:25',
      {
        host: 'mail.example.com',
        port: 25,
        secure: false,
        auth: { user: 'no-reply@example.com', pass: 'p@ss:' },
      },
    ],
  ])('reads %s', (url, server) => {
    expect(parse(url)).toEqual(server);
  });

  it.each([
    ['another protocol', 'http://user:hunter2@mail.example.com'],
    ['no host', 'smtp://'],
    ['no URL', 'user:hunter2@mail.example.com:25'],
    [
      'a parameter that turns checks off',
      'smtp://user:hunter2@mail.example.com?tls.rejectUnauthorized=false',
    ],
  ])('refuses %s without repeating the password', (_what, url) => {
    let message = '';
    try {
      parse(url);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/SMTP URL must/u);
    expect(message).not.toContain('hunter2');
  });
});

describe('isLoopback', () => {
  it.each(['localhost', '127.0.0.1', '127.8.8.8', '::1'])('is true of %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['mail.example.com', '127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1', '::2'])(
    'is false of %s',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
