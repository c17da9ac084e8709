import type { RoleEvents } from '#domain/access';
import { InProcessBroadcast } from './in-process-broadcast.js';

export class InProcessRoleEvents extends InProcessBroadcast<string> implements RoleEvents {}
