/** Deeper than any body of ours; shallow enough that nothing which recurses into one can run out of stack. */
const MAX_DEPTH = 32;

/**
 * What is wrong with the shape of a JSON text, or null. Looks at what `JSON.parse` is silent about: nesting
 * without end, a key given twice, of which one reader takes the first and another the last, and keys that every
 * object seems to have already (`toString`), so that validation would take them for known. Assumes nothing of the
 * text; whether it is JSON at all is for the parser to say.
 */
export function structureFault(text: string): 'too-deep' | 'duplicate-key' | 'reserved-key' | null {
  /** One entry for each open bracket: the keys seen so far, or null for an array. */
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (open.length === MAX_DEPTH) return 'too-deep';
        open.push(text.charCodeAt(at) === OPEN_BRACE ? new Set() : null);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        open.pop();
        break;
      case QUOTE: {
        const end = endOfString(text, at);
        const keys = open.at(-1);
        if (keys && isKey(text, end)) {
          const key = keyOf(text.slice(at, end + 1));
          if (key in Object.prototype) return 'reserved-key';
          if (keys.has(key)) return 'duplicate-key';
          keys.add(key);
        }
        at = end;
      }
    }
  }
  return null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) at++;
    else if (char === QUOTE) return at;
  }
  return text.length;
}

function isKey(text: string, endOfString: number): boolean {
  let next = endOfString + 1;
  while (isSpace(text.charCodeAt(next))) next++;
  return text.charCodeAt(next) === COLON;
}

const isSpace = (char: number): boolean => char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;

/** Escapes are ways to write the same key again. */
function keyOf(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
