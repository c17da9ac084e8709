import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { structureFault } from './json-structure.js';

describe('the structure of a JSON body', () => {
  it.each([
    '{}',
    '[]',
    '""',
    '{"a":1,"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a"}',
    '{"a":"\\"a\\":"}',
  ])('of %s is fine', (text) => expect(structureFault(text)).toBeNull());

  it.each([
    ['{"code":"1","code":"2"}'],
    ['{"a":1,"b":2,"a" : 3}'],
    ['{"a":{"x":1,"x":1}}'],
    ['[[{"x":1,"x":1}]]'],
    ['{"code":"1","c\\u006fde":"2"}'],
    ['{"":1,"":2}'],
  ])('of %s has a key twice', (text) => expect(structureFault(text)).toBe('duplicate-key'));

  it.each(['{"__proto__":{}}', '{"a":{"constructor":1}}', '{"toString":1}', '{"\\u005f_proto__":1}'])(
    'of %s has a key that every object has',
    (text) => expect(structureFault(text)).toBe('reserved-key'),
  );

  it('may be nested to a limit, which brackets in strings do not count towards', () => {
    expect(structureFault('['.repeat(32) + ']'.repeat(32))).toBeNull();
    expect(structureFault('['.repeat(33) + ']'.repeat(33))).toBe('too-deep');
    expect(structureFault('{"a":'.repeat(33))).toBe('too-deep');
    expect(structureFault(JSON.stringify('['.repeat(1_000)))).toBeNull();
    expect(structureFault(`[${'[],'.repeat(1_000)}[]]`)).toBeNull();
  });

  it('is faulted in what JSON.stringify wrote for its keys alone, up to the depth', () => {
    const json = fc.json({ maxDepth: 20 });
    fc.assert(fc.property(json, (text) => expect([null, 'reserved-key']).toContain(structureFault(text))));
  });

  it('is always faulted where parsing loses a key', () => {
    const key = fc.string({ maxLength: 3 });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 8 }), (keys) => {
        const text = `{${keys.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`;
        const lost = new Set(keys).size < keys.length;
        expect(structureFault(text)).toBe(lost ? 'duplicate-key' : null);
      }),
    );
  });

  it('is looked at without throwing, whatever the text, and in linear time', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void structureFault(text)));
    for (const unit of ['"', '\\', '{', '{"', '":', '"\\"', '{"a":', '"a" ', '}']) {
      const start = performance.now();
      structureFault(unit.repeat(30_000));
      expect(performance.now() - start).toBeLessThan(100);
    }
  });
});
