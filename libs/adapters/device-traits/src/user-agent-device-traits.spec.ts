import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anOrigin } from '#domain/kernel/testing';
import { UserAgentDeviceTraits } from './user-agent-device-traits.js';

const devices = new UserAgentDeviceTraits();
const describeDevice = (userAgent: string, languages?: string) =>
  devices.describe({ ...anOrigin(), userAgent, ...(languages !== undefined && { languages }) });

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const chrome = (system: string, version = 126, mobile = '') =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 ${mobile}Safari/537.36`;
const safari = (system: string, rest: string) =>
  `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) ${rest}`;

describe('the name of a device', () => {
  it.each([
    [FIREFOX, 'Firefox on Linux'],
    [chrome('Windows NT 10.0; Win64; x64'), 'Chrome on Windows'],
    [`${chrome('Windows NT 10.0; Win64; x64')} Edg/126.0.0.0`, 'Microsoft Edge on Windows'],
    [chrome('Linux; Android 14; Pixel 8', 126, 'Mobile '), 'Chrome on Android'],
    [safari('Macintosh; Intel Mac OS X 10_15_7', 'Version/17.5 Safari/605.1.15'), 'Safari on macOS'],
    [
      safari('iPhone; CPU iPhone OS 17_5 like Mac OS X', 'Version/17.5 Mobile/15E148 Safari/604.1'),
      'Safari on iOS',
    ],
    ['Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/UQ1A.240205.004)', 'Android app'],
    ['MyShop/3.2.1 CFNetwork/1494.0.7 Darwin/23.4.0', 'MyShop'],
    ['MyShop/5.0 (Linux; Android 14)', 'MyShop on Android'],
    ['curl/8.5.0', 'curl'],
    ['python-requests/2.32.3', 'python-requests'],
    ['node', 'node'],
    ['Mozilla/5.0', 'Browser'],
    ['', 'Unknown client'],
    ['(what)', 'Unknown client'],
  ])('of %j is %j', (userAgent, name) => {
    expect(describeDevice(userAgent).name).toBe(name);
  });
});

describe('the fingerprint of a device', () => {
  const windows = 'Windows NT 10.0; Win64; x64';

  it.each([
    ['an update of the browser', chrome(windows, 126), chrome(windows, 140)],
    ['an update of the system', chrome('Linux; Android 14; K'), chrome('Linux; Android 15; K')],
    ['an update of an app', 'MyShop/3.2.1', 'MyShop/4.0.0'],
    ['an update of a program', 'curl/8.5.0', 'curl/9.0.1'],
  ])('outlives %s', (_what, one, other) => {
    expect(describeDevice(one).fingerprint).toBe(describeDevice(other).fingerprint);
  });

  it('outlives other regions and further languages', () => {
    const [one, ...others] = ['pt-BR,pt;q=0.9,en;q=0.8', 'pt', 'PT-pt', ' pt;q=1'].map(
      (languages) => describeDevice(FIREFOX, languages).fingerprint,
    );
    for (const other of others) expect(other).toBe(one);
  });

  it('differs by browser, system, kind of device, language and product', () => {
    const fingerprints = [
      describeDevice(FIREFOX, 'pt'),
      describeDevice(FIREFOX, 'en'),
      describeDevice(FIREFOX),
      describeDevice(FIREFOX.replace('X11; Linux x86_64', windows), 'pt'),
      describeDevice(chrome('X11; Linux x86_64'), 'pt'),
      describeDevice(safari('iPhone; CPU iPhone OS 17_5 like Mac OS X', 'Version/17.5 Safari/604.1')),
      describeDevice(safari('iPad; CPU OS 17_5 like Mac OS X', 'Version/17.5 Safari/604.1')),
      describeDevice('curl/8.5.0'),
      describeDevice('Wget/1.21'),
    ].map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });

  it('is remembered, and not confused by where one header ends and the other begins', () => {
    expect(describeDevice('curl/8', 'en')).toBe(describeDevice('curl/8', 'en'));
    expect(describeDevice('curl/8', 'en')).not.toBe(describeDevice('curl', '/8en'));
  });
});

describe('a hostile user agent', () => {
  const PIECES = [
    ...['Mozilla/5.0', 'Opera/', 'Android', 'Version/', 'Chrome/', 'Safari', 'Mac OS X', 'like ', 'MSIE '],
    ...['(', ')', ' ', '/', ';', '.', '_', '1', 'a', 'rv:', 'wv', 'Edg', '\u0000', '\u202e', 'ÿ'],
  ];
  const agents = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 256 }),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 256 }).map((pieces) => pieces.join('')),
    // The same again and again: a pattern that backtracks would outlast the runner's patience.
    fc
      .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 3 })
      .map((pieces) => pieces.join('').repeat(256)),
  );

  it('gets a short, printable name and a fingerprint of the usual length', () => {
    fc.assert(
      fc.property(agents, agents, (text, languages) => {
        const { name, fingerprint } = new UserAgentDeviceTraits().describe({
          ...anOrigin(),
          userAgent: text.slice(0, 256),
          languages: languages.slice(0, 100),
        });
        expect(name).toMatch(/^[\x20-\x7e]{1,60}$/);
        expect(fingerprint).toMatch(/^[\w-]{22}$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
