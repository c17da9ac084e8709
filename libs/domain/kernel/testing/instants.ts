const NOON = Date.UTC(2026, 0, 15, 12);

/** Milliseconds after the noon at which every test starts; negative for before. */
export const at = (milliseconds: number): Date => new Date(NOON + milliseconds);
