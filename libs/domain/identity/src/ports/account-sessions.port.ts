/** The one thing an account's end asks of sessions; the session context's store satisfies it as it is. */
export interface AccountSessions {
  /** Ends every live session of the user, with the commit. */
  revokeAll(
    userId: string,
    reason: 'account-deleted' | 'account-locked' | 'account-suspended',
    now: Date,
  ): void;
}

/** Tells every instance that an account's sessions ended; the session context's events satisfy it as they are. */
export interface EndedSessions {
  /** Never throws and never blocks. */
  publish(ended: { readonly userId: string; readonly sessionIds: 'all' }): void;
}
