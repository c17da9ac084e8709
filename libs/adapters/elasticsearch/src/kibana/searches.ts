import type { Field } from './panel.js';
import type { SavedSearch } from './saved-objects.js';

const WHAT: readonly Field[] = ['action', 'status', 'reason'];
const WHERE_FROM: readonly Field[] = ['ip', 'metadata.country', 'userAgent'];

export const userSearch: SavedSearch = {
  id: 'gatehouse-one-user',
  title: 'Gatehouse: one user',
  description: 'All that an account did, and that was done to it. Put its id in place of the star.',
  query: 'related.user : *',
  columns: [...WHAT, 'metadata.method', ...WHERE_FROM, 'sessionId', 'actorId', 'requestId', 'traceId'],
};

const addressSearch: SavedSearch = {
  id: 'gatehouse-one-address',
  title: 'Gatehouse: one address',
  description:
    'All that came from an address. Put it, or a network such as "203.0.113.0/24", in place of the star.',
  query: 'ip : *',
  columns: [
    ...WHAT,
    'metadata.kind',
    'metadata.callingCode',
    'userId',
    'userAgent',
    'sessionId',
    'requestId',
  ],
};

const sessionSearch: SavedSearch = {
  id: 'gatehouse-one-session',
  title: 'Gatehouse: one session',
  description: 'How a session began, was used and ended. Put its id in place of the star.',
  query: 'sessionId : *',
  columns: [
    ...WHAT,
    'metadata.method',
    'metadata.risk',
    'metadata.riskReasons',
    ...WHERE_FROM,
    'userId',
    'traceId',
  ],
};

export const SEARCHES: readonly SavedSearch[] = [userSearch, addressSearch, sessionSearch];
