import type { SessionChange, SessionEvents } from '#domain/session';
import { InProcessBroadcast } from './in-process-broadcast.js';

export class InProcessSessionEvents extends InProcessBroadcast<SessionChange> implements SessionEvents {}
