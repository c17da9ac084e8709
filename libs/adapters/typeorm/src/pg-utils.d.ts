/** The driver's own mapping of values to their wire form, exported but not in its typings. */
declare module 'pg/lib/utils.js' {
  export function prepareValue(value: unknown): string | Buffer | null;
}
