/** The error that a promise rejects with; fails the test when it does not. */
export async function rejectionOf<E extends Error>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error('Expected a rejection');
}
