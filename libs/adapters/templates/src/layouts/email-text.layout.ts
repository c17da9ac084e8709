import type { Letter, Link } from '../letters/letter.js';

/** The same letter for programs, and people, that read no HTML. */
export function emailText(
  { heading, paragraphs, code, details, closing }: Letter,
  link: Link | null,
  product: string,
): string {
  const table = details?.map(({ label, value }) => `${label}: ${value}`).join('\n');
  const blocks = [
    heading,
    ...paragraphs,
    code && `    ${code}`,
    link && `${link.label}:\n${link.url}`,
    table,
    closing,
    `-- \n${product}`,
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}
