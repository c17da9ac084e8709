import type { AuditTrail } from '#domain/audit';
import type { Clock, UnitOfWork } from '#domain/kernel';
import type { AddressBlocks, ImposedBlock } from '../ports/address-blocks.port.js';

/** Records that an address earned a block. Once for each, and while nobody waits, whatever the flood. */
export class AuditAddressBlocks {
  constructor(
    blocks: AddressBlocks,
    private readonly unitOfWork: UnitOfWork<{ readonly audit: AuditTrail }>,
    private readonly clock: Clock,
    /** Told of rows that could not be written, which have no request to fail. */
    onError: (error: unknown) => void,
  ) {
    blocks.onImposed((block) => void this.#record(block).catch(onError));
  }

  async #record({ address, until }: ImposedBlock): Promise<void> {
    await this.unitOfWork.run(async ({ audit }) =>
      audit.append({
        action: 'address.blocked',
        result: 'failure',
        occurredAt: this.clock.now(),
        // Of the many requests that earned it, none is the one.
        origin: { address, userAgent: '', requestId: '' },
        reason: 'rate-limited',
        metadata: { until: until.toISOString() },
      }),
    );
  }
}
