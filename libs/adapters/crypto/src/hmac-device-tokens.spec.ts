import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { days, Secret } from '#domain/kernel';
import { at, newId } from '#domain/kernel/testing';
import { HmacDeviceTokens } from './hmac-device-tokens.js';
import { ServerKey } from './server-key.js';

const aServerKey = () => ServerKey.fromBase64(new Secret(randomBytes(32).toString('base64')));

describe('a device token', () => {
  const tokens = new HmacDeviceTokens(aServerKey());
  const device = { userId: newId(), deviceId: newId() };
  const token = tokens.issue(device, at(0)).expose();

  it('says whose device it is', () => {
    expect(tokens.read(token, at(days(399)))).toEqual(device);
  });

  it('expires', () => {
    expect(tokens.read(token, at(days(400)))).toBeNull();
  });

  it('cannot be altered anywhere', () => {
    for (let i = 4; i < token.length - 1; i++) {
      const altered = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
      expect(tokens.read(altered, at(0))).toBeNull();
    }
  });

  it.each([
    ['nothing', ''],
    ['another prefix', token.replace('ghd_', 'ghr_')],
    ['too short', token.slice(0, -1)],
    ['too long', `${token}A`],
    ['no base64', `ghd_${'~'.repeat(token.length - 4)}`],
    ['made under another key', new HmacDeviceTokens(aServerKey()).issue(device, at(0)).expose()],
  ])('is not %s', (_what, text) => expect(tokens.read(text, at(0))).toBeNull());
});
