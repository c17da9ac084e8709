import { describeSessionEventsContract } from '#domain/session/testing';
import { InProcessSessionEvents } from './in-process-session-events.js';

describeSessionEventsContract('InProcessSessionEvents', () => {
  const events = new InProcessSessionEvents();
  return { one: events, other: events };
});
