/** RFC 6750, in the `Authorization` header only: URLs end up in logs. */
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/** Empty where the header holds no such token. */
export const bearerToken = (authorization: string): string => BEARER.exec(authorization)?.[1] ?? '';
