import { domainToASCII, domainToUnicode } from 'node:url';

/** RFC 5321, 4.5.3.1.1. Looked at before the case is folded, which would turn a Kelvin sign into a plain k. */
const LOCAL_PART = /^[\x21-\x7e]{1,64}$/;
/** Letters, digits, marks and hyphens between dots: what IDNA may have to map, and no URL syntax. */
const DOMAIN = /^[\p{L}\p{N}\p{M}.-]{1,255}$/u;
/** At least two labels, and not an address: a numeric last label is IPv4 in disguise (RFC 1123, 2.1). */
const HAS_TOP_LEVEL_DOMAIN = /\.[a-z][a-z0-9-]*[a-z0-9]$/;
/** Latin mixed with Cyrillic or Greek in one label is a disguise, not a name (UTS #39, 5.1). */
const MIXED_SCRIPTS = /(?=.*\p{Script=Latin})(?=.*[\p{Script=Cyrillic}\p{Script=Greek}])/u;

/**
 * The address in lower case with its domain as IDNA A-labels (UTS #46), or null. The local part must be plain
 * ASCII: whether a server folds other letters is unknown, and a look-alike must not reach a stranger. RFC 5321
 * lets a local part be case-sensitive; no provider that people sign in with makes use of it.
 */
export function canonicalEmail(typed: string): string | null {
  const at = typed.lastIndexOf('@');
  const local = typed.slice(0, at);
  const domain = typed.slice(at + 1);
  if (!LOCAL_PART.test(local) || !DOMAIN.test(domain)) return null;
  // Fullwidth and other compatibility forms map to plain letters, so `ｇmail.com` would be `gmail.com`. Only
  // case may change in what looks like ASCII afterwards; labels that stay foreign become A-labels.
  const ascii = domainToASCII(domain);
  if (!HAS_TOP_LEVEL_DOMAIN.test(ascii) || !mapsToItself(domain, ascii)) return null;
  if (
    domainToUnicode(ascii)
      .split('.')
      .some((label) => MIXED_SCRIPTS.test(label))
  )
    return null;
  return `${local.toLowerCase()}@${ascii}`;
}

function mapsToItself(domain: string, ascii: string): boolean {
  const typedLabels = domain.toLowerCase().normalize('NFC').split('.');
  const asciiLabels = ascii.split('.');
  return (
    typedLabels.length === asciiLabels.length &&
    asciiLabels.every((label, index) => label.startsWith('xn--') || label === typedLabels[index])
  );
}
