import type { Clock } from '#domain/kernel';
import type { GeoReader } from '#domain/risk';
import type { Session } from '../model/session.entity.js';
import { trustIn, type SessionTrust } from '../model/session-trust.js';

/** How far to trust a session, for whatever policy asks. */
export class AssessTrust {
  constructor(
    private readonly geo: GeoReader,
    private readonly clock: Clock,
  ) {}

  /** As seen from `address`: where a request comes from, or where the session was last heard of. */
  execute(session: Session, address = session.state.address): SessionTrust {
    const place = session.state.country === null ? null : this.geo.locate(address);
    return trustIn(session, place?.country ?? null, this.clock.now());
  }
}
