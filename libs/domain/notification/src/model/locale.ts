/** Languages that every template is written in. */
export const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];

/** Best match for a BCP 47 tag by its primary language (RFC 4647 lookup); English when there is none. */
export function negotiateLocale(tag: string | null): Locale {
  const language = tag?.split(/[-_]/u, 1)[0]?.toLowerCase();
  return LOCALES.find((locale) => locale === language) ?? 'en';
}
