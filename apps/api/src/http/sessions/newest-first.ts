import type { ListedDevice, Session } from '#domain/session';
import type { PageQuery } from '../validation/params.js';
import { pageOf, type Order, type Page } from '../request/page-of.js';

const newestFirst = <T>(placeOf: Order<T>['placeOf']): Order<T> => ({
  direction: 'descending',
  placeOf,
  form: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z [\da-f-]{36}$/,
});

/** Sorts as text like the time does, and by id within one millisecond. */
const placeAt = (time: Date, id: string): string => `${time.toISOString()} ${id}`;

const SESSIONS = newestFirst<Session>(({ id, state }) => placeAt(state.createdAt, id));
const DEVICES = newestFirst<ListedDevice>(({ device: { id, state } }) => placeAt(state.firstSeenAt, id));

export const pageOfSessions = (sessions: readonly Session[], query: PageQuery): Page<Session> =>
  pageOf(sessions, SESSIONS, query);

export const pageOfDevices = (devices: readonly ListedDevice[], query: PageQuery): Page<ListedDevice> =>
  pageOf(devices, DEVICES, query);
