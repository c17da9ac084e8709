import type { Letter } from '../letters/letter.js';

/** The same letter for programs, and people, that read no HTML. */
export function emailText({ heading, paragraphs, code, details, closing }: Letter, product: string): string {
  const table = details?.map(({ label, value }) => `${label}: ${value}`).join('\n');
  const blocks = [heading, ...paragraphs, code && `    ${code}`, table, closing, `-- \n${product}`];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}
