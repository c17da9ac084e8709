import type {
  AddressLinkOutcome,
  AddressLinks,
  LinkPolicy,
  LinkPurpose,
  LinkReference,
  LinkRequest,
} from '#domain/credentials';
import { Identifier } from '#domain/identity';
import { addMilliseconds } from '#domain/kernel';
import type { Tables } from './in-memory-database.js';

export class InMemoryAddressLinks implements AddressLinks {
  constructor(private readonly tables: Tables) {}

  async issue(request: LinkRequest, policy: LinkPolicy): Promise<'issued' | 'throttled'> {
    const { subject, purpose, identifier, mac, issuedAt, expiresAt } = request;
    const older = this.#find(subject, purpose);
    const windowStart = addMilliseconds(issuedAt, -policy.sendWindow);
    const sentAt = older?.sentAt.filter((sent) => sent > windowStart) ?? [];
    if (sentAt.length >= policy.sendsPerWindow) return 'throttled';

    this.tables.addressLinks = this.tables.addressLinks.filter((row) => row !== older);
    const row = { subject, purpose, email: identifier.value, mac, issuedAt, expiresAt };
    this.tables.addressLinks.push(structuredClone({ ...row, sentAt: [...sentAt, issuedAt] }));
    return 'issued';
  }

  async spend(purpose: LinkPurpose, { subject, mac }: LinkReference, now: Date): Promise<AddressLinkOutcome> {
    const row = this.#find(subject, purpose);
    if (row?.mac !== mac) return { outcome: 'invalid' };
    row.mac = null;
    if (row.expiresAt <= now) return { outcome: 'expired' };
    const identifier = Identifier.of('email', row.email);
    return { outcome: 'spent', identifier, issuedAt: new Date(row.issuedAt) };
  }

  #find(subject: string, purpose: LinkPurpose) {
    return this.tables.addressLinks.find((row) => row.subject === subject && row.purpose === purpose);
  }
}
