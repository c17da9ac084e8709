import { describe, expect, it } from '@jest/globals';
import { at } from '#domain/kernel/testing';
import { aDevice } from '#domain/session/testing';
import { recognise, type Appearance } from './device-recognition.js';
import { Device } from './device.entity.js';

const device = aDevice({ fingerprint: 'laptop' });
const nobodyUses = () => false;
const here = device.state.address;
const elsewhere = '198.51.100.99';

const appearing = (overrides: Partial<Appearance> = {}): Appearance => ({
  deviceId: null,
  fingerprint: 'laptop',
  address: elsewhere,
  ...overrides,
});

describe('Recognising a device', () => {
  it('goes by the token, whatever it looks like and wherever it is', () => {
    const recognised = { device, known: true, familiar: true, replaced: null };
    const shown = appearing({ deviceId: device.id, fingerprint: 'phone' });
    expect(recognise([aDevice(), device], shown, nobodyUses)).toEqual(recognised);
  });

  it('finds nothing familiar in what looks different', () => {
    const stranger = { device: null, known: false, familiar: false, replaced: null };
    const phone = appearing({ fingerprint: 'phone', address: here });
    expect(recognise([device], phone, nobodyUses)).toEqual(stranger);
    expect(recognise([], appearing({ deviceId: device.id }), nobodyUses)).toEqual(stranger);
  });

  it('takes a client without a token for the one that looks like it at its address', () => {
    const recognised = { device, known: true, familiar: true, replaced: null };
    expect(recognise([device], appearing({ address: here }), () => true)).toEqual(recognised);
  });

  it.each<[string, Device, Partial<Appearance>]>([
    ['a trusted one', aDevice({ fingerprint: 'laptop', trustedAt: at(0) }), { address: here }],
    ['another one', device, { address: here, deviceId: 'removed' }],
    ['one elsewhere', device, {}],
  ])('hands no look-alike %s', (_which, alike, shown) => {
    expect(recognise([alike], appearing(shown), () => true).device).toBeNull();
  });

  it('finds what was only used suspiciously known, but not familiar', () => {
    const stranger = Device.restore({ ...device.state, hours: Array<number>(24).fill(0) });
    const shown = appearing({ deviceId: device.id });
    expect(recognise([stranger], shown, nobodyUses)).toMatchObject({ known: true, familiar: false });
    expect(recognise([stranger, aDevice({ fingerprint: 'laptop' })], shown, nobodyUses).familiar).toBe(true);
  });

  it.each<[string, Device, boolean]>([
    ['was seen once and left', device, true],
    ['came back', aDevice({ fingerprint: 'laptop', lastSeenAt: at(1) }), false],
    ['is trusted', aDevice({ fingerprint: 'laptop', trustedAt: at(0) }), false],
  ])('lets what looks the same be familiar; it gives way if it %s', (_how, alike, givesWay) => {
    const recognised = { device: null, known: true, familiar: true, replaced: givesWay ? alike : null };
    expect(recognise([alike], appearing(), nobodyUses)).toEqual(recognised);
    expect(recognise([alike], appearing(), () => true).replaced).toBeNull();
  });
});
