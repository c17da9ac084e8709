import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { PasswordHash } from './password-hash.vo.js';

describe('a password hash', () => {
  it.each([
    ['$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ', 'argon2id'],
    ['$2y$12$Ni28jNJ9mGwhEfpJ7uVQbO6N0Jtg19J2.kK92y089AswakYe/a.qy', 'bcrypt'],
    ['$bcrypt-sha384$2b$12$Ni28jNJ9mGwhEfpJ7uVQbO6N0Jtg19J2.kK92y089AswakYe/a.qy', 'bcrypt-sha384'],
    ['$scrypt$ln=15,r=8,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ', 'scrypt'],
    ['$pbkdf2-sha256$i=600000$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ', 'pbkdf2-sha256'],
  ])('%s says that it is %s', (encoded, scheme) => {
    const hash = PasswordHash.of(encoded);
    expect([hash.scheme, hash.expose()]).toEqual([scheme, encoded]);
  });

  it.each([
    ['nothing', ''],
    ['a password', 'violet walrus paints 9 maps'],
    ['an unsalted digest', '5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8'],
    ['md5-crypt', '$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/'],
    ['a property of every object', '$constructor$abc'],
    ['a line break', '$2b$12$Ni28jNJ9mGwhEfpJ7uVQbO6N0Jtg19J2.kK92y089AswakYe/a.qy\n'],
    ['too long', `$scrypt$${'a'.repeat(600)}`],
  ])('is not made of %s', (_what, encoded) => {
    expect(() => PasswordHash.of(encoded)).toThrow(
      expect.objectContaining({ code: 'unsupported-password-hash' }),
    );
  });

  it('keeps out of logs', () => {
    const hash = PasswordHash.of('$2b$12$Ni28jNJ9mGwhEfpJ7uVQbO6N0Jtg19J2.kK92y089AswakYe/a.qy');
    for (const text of [String(hash), JSON.stringify({ hash }), inspect(hash)])
      expect(text).not.toContain('Ni28');
  });
});
