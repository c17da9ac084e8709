import { token } from '#domain/kernel';

/** One thing that the service leans on. */
export interface ReadinessProbe {
  readonly name: string;
  /** Whether the service is of no use without it; else it is degraded and goes on. */
  readonly critical: boolean;
  /** A rejection counts as false, and so does an answer that takes too long. */
  check(): Promise<boolean>;
}

export const READINESS_PROBES = token<readonly ReadinessProbe[]>('ReadinessProbes');
