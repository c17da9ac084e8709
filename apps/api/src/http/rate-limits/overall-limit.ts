import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { clientNetwork } from '#adapters/network';
import type { AdmitRequest, TrustedCaller } from '#domain/throttling';
import { clientAddress } from '../request/client-address.js';
import { applyAdmission } from './apply-admission.js';

/** Asked by orchestrators, load balancers and Prometheus at their own rate, from addresses that many share. */
const UNLIMITED: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/**
 * Counts every request before its body is read, so that those which never come as far as a guard (unknown
 * paths, broken JSON, bodies without end) are limited, too.
 */
export const overallLimit = (
  admitRequest: AdmitRequest,
  trustedCaller: (request: FastifyRequest) => ReturnType<TrustedCaller>,
): onRequestHookHandler =>
  function admit(request: FastifyRequest, reply: FastifyReply, done): void {
    if (UNLIMITED.has(request.url)) return done();
    const admission = admitRequest.execute({
      address: clientNetwork(clientAddress(request)),
      bucket: 'overall',
      trustedCaller: () => trustedCaller(request),
    });
    const conclude = (decided: Awaited<typeof admission>): void => {
      try {
        applyAdmission(reply, decided);
      } catch (refusal) {
        return done(refusal as Error);
      }
      return done();
    };
    // Without a promise on the hot path.
    if (admission instanceof Promise) admission.then(conclude, done);
    else conclude(admission);
  };
