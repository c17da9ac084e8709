import { describe, expect, it } from '@jest/globals';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js';
import { traitsOf } from './calling-code.js';
import { Identifier } from './identifier.vo.js';

const callingCode = (phone: string) => traitsOf(Identifier.of('phone', phone)).callingCode;

describe('The calling code of a phone', () => {
  it.each([
    ['+14155550123', '+1'],
    ['+79161234567', '+7'],
    ['+4915123456789', '+49'],
    ['+420601123456', '+420'],
    ['+2250123456789', '+225'],
    ['+882161234567', '+882'],
  ])('of %s is %s', (phone, code) => expect(callingCode(phone)).toBe(code));

  it('is right for every country there is', () => {
    const codes = getCountries().map((country) => `+${getCountryCallingCode(country)}`);
    expect(codes.length).toBeGreaterThan(200);
    expect(codes.map((code) => callingCode(`${code}23456789`))).toEqual(codes);
  });

  it('is all that is told of the number, and of other identifiers there is the kind', () => {
    expect(traitsOf(Identifier.of('phone', '+4915123456789'))).toEqual({ kind: 'phone', callingCode: '+49' });
    expect(traitsOf(Identifier.of('email', 'ada@example.com'))).toEqual({ kind: 'email' });
    expect(traitsOf(Identifier.of('username', 'ada'))).toEqual({ kind: 'username' });
  });
});
