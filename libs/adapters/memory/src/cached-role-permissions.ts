import type { RoleDirectory, RoleEvents, RolePermissions, RolePermissionsReader } from '#domain/access';
import type { Clock } from '#domain/kernel';

/** Milliseconds for which an answer may be reused: the bound within which another definition takes hold. */
const MAX_STALENESS = 1_000;

interface Entry {
  readonly permissions: RolePermissions;
  /** When the read behind it began: what was changed since may be missing from it. */
  readonly readAt: number;
}

/**
 * A near cache of all roles, of which there are few. At most one second old, measured from before its read began,
 * whether or not word of a change arrives; with word, it goes at once. Misses share one read.
 */
export class CachedRolePermissions implements RolePermissionsReader {
  #entry: Entry | null = null;
  #reading: Promise<RolePermissions> | null = null;

  constructor(
    private readonly directory: RoleDirectory,
    events: RoleEvents,
    private readonly clock: Clock,
  ) {
    events.subscribe(() => {
      this.#entry = null;
      this.#reading = null;
    });
  }

  read(): RolePermissions | Promise<RolePermissions> {
    if (this.#entry) {
      const age = this.clock.now().getTime() - this.#entry.readAt;
      // A clock set back would otherwise keep the entry for as long as it was set back.
      if (age >= 0 && age < MAX_STALENESS) return this.#entry.permissions;
    }
    return this.#reading ?? this.#startReading();
  }

  #startReading(): Promise<RolePermissions> {
    const readAt = this.clock.now().getTime();
    const reading = this.directory
      .list()
      .then((roles) => {
        const permissions = new Map(roles.map((role) => [role.name, role.permissions]));
        // A change announced meanwhile put this read aside: its answer may predate it.
        if (this.#reading === reading) this.#entry = { permissions, readAt };
        return permissions;
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = null;
      });
    this.#reading = reading;
    return reading;
  }
}
