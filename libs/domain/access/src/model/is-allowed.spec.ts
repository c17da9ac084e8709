import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { areAllowed, isAllowed } from './is-allowed.js';
import { Permission } from './permission.vo.js';

/** Few words, so that what is granted and what is wanted often meet. */
const part = fc.constantFrom('a', 'a-b', 'b', '*');
const permission = fc.tuple(part, part).map(([resource, action]) => Permission.of(`${resource}:${action}`));
const single = fc
  .tuple(fc.constantFrom('a', 'a-b', 'b'), fc.constantFrom('a', 'a-b', 'b'))
  .map(([resource, action]) => Permission.of(`${resource}:${action}`));
const granted = fc.array(permission, { maxLength: 6 });

describe('isAllowed', () => {
  it('grants nothing to whoever has nothing, and all to whoever has all', () => {
    fc.assert(
      fc.property(granted, permission, (others, wanted) => {
        expect(isAllowed([], wanted)).toBe(false);
        expect(isAllowed([...others, Permission.of('*:*')], wanted)).toBe(true);
      }),
    );
  });

  it('answers for a single right as spelling it out in four ways does', () => {
    fc.assert(
      fc.property(granted, single, (rights, wanted) => {
        const { resource, action } = wanted;
        const spelled = [`${resource}:${action}`, `${resource}:*`, `*:${action}`, '*:*'];
        expect(isAllowed(rights, wanted)).toBe(rights.some((right) => spelled.includes(String(right))));
      }),
    );
  });

  it('allows by a union what one of its parts allows, and nothing else', () => {
    fc.assert(
      fc.property(granted, granted, permission, (one, other, wanted) => {
        const united = isAllowed([...one, ...other], wanted);
        expect(united).toBe(isAllowed(one, wanted) || isAllowed(other, wanted));
        expect(isAllowed([...other, ...one, ...one], wanted)).toBe(united);
      }),
    );
  });
});

describe('areAllowed', () => {
  it('lets nobody pass on what they could not do themselves', () => {
    fc.assert(
      fc.property(granted, granted, single, (giver, given, right) => {
        if (areAllowed(giver, given) && isAllowed(given, right)) expect(isAllowed(giver, right)).toBe(true);
      }),
    );
  });

  it('takes no number of single rights for a wildcard', () => {
    const every = ['a', 'a-b', 'b'].map((action) => Permission.of(`a:${action}`));
    expect(areAllowed(every, [Permission.of('a:*')])).toBe(false);
  });
});
