/** Starts all before it awaits any. */
export const inParallel = <T>(times: number, run: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => run(index)));

/** `done`, or the code, else the message, of the error that the work failed with. */
export const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: Error & { readonly code?: string }) => error.code ?? error.message,
  );

/** How many of the answers are each of the values. */
export const tally = (answers: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
};
