/** Calls `ask` at most once in `interval` milliseconds; callers in between share its answer. */
export function remembered<T>(interval: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  let askedAt = 0;
  return () => {
    const now = performance.now();
    if (!answer || now - askedAt >= interval) {
      askedAt = now;
      answer = ask();
    }
    return answer;
  };
}
