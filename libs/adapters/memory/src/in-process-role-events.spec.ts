import { describeRoleEventsContract } from '#domain/access/testing';
import { InProcessRoleEvents } from './in-process-role-events.js';

describeRoleEventsContract('InProcessRoleEvents', () => {
  const events = new InProcessRoleEvents();
  return { one: events, other: events };
});
