import { GroundFloor1763700000000 } from './1763700000000-ground-floor.js';
import { AccountStatus1763800000000 } from './1763800000000-account-status.js';
import { Passwords1763800100000 } from './1763800100000-passwords.js';
import { Registration1763800200000 } from './1763800200000-registration.js';
import { Access1763800300000 } from './1763800300000-access.js';
import { Administration1763800400000 } from './1763800400000-administration.js';
import { AuditChain1763800500000 } from './1763800500000-audit-chain.js';
import { Devices1763800600000 } from './1763800600000-devices.js';
import { AuditCursors1763800700000 } from './1763800700000-audit-cursors.js';
import { Alerts1763800900000 } from './1763800900000-alerts.js';
import { Traces1763801000000 } from './1763801000000-traces.js';

/** Oldest first. One that has been released is never edited: its successor changes what it made. */
export const MIGRATIONS = [
  GroundFloor1763700000000,
  AccountStatus1763800000000,
  Passwords1763800100000,
  Registration1763800200000,
  Access1763800300000,
  Administration1763800400000,
  AuditChain1763800500000,
  Devices1763800600000,
  AuditCursors1763800700000,
  Alerts1763800900000,
  Traces1763801000000,
];
