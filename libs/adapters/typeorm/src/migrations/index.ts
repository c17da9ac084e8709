import { GroundFloor1763700000000 } from './1763700000000-ground-floor.js';
import { AccountStatus1763800000000 } from './1763800000000-account-status.js';

/** Oldest first. One that has been released is never edited: its successor changes what it made. */
export const MIGRATIONS = [GroundFloor1763700000000, AccountStatus1763800000000];
