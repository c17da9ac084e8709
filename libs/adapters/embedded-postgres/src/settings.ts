export type PostgresSettings = Readonly<Record<string, string>>;

/**
 * For a small machine that runs the service beside its database, where what was acknowledged stays. Given on
 * the command line, so every start runs with this version's settings whatever the cluster was made with.
 */
export const DEFAULT_SETTINGS: PostgresSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'on',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  // Planning time is most of a short statement's cost; none of ours is long enough to win it back.
  jit: 'off',
  timezone: 'UTC',
  // Our start and stop read the log, so its language is fixed. Failed statements are left out: the caller
  // gets the error, and its text can hold people's identifiers.
  lc_messages: 'C',
  log_line_prefix: '',
  log_min_messages: 'log',
  log_checkpoints: 'off',
};
