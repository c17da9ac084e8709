import { availableParallelism } from 'node:os';
import { createHistogram } from 'node:perf_hooks';
import { hash, verify } from '@node-rs/argon2';
import { Client, CONNECTIONS, journeys, signIn } from './scenarios.mjs';

const PASSWORD = 'violet walrus paints 9 maps';

/** As the service hashes: OWASP's parameters, and as many at once as leave it a core. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = Math.max(1, Math.min(availableParallelism(), 4) - 1);

/** `POST auth/login`, each connection for a person of its own: one person's attempts are counted together. */
export async function passwordSignIns(base, seconds) {
  const client = new Client(base);
  const people = await Promise.all(Array.from({ length: CONNECTIONS }, () => withPassword(client)));
  await client.close();
  return journeys(base, seconds, async (connection) => {
    const identifier = people.pop();
    return () => connection.post('/api/v1/auth/login', { identifier, password: PASSWORD });
  });
}

async function withPassword(client) {
  const { accessToken, user } = await signIn(client);
  await client.post('/api/v1/users/password/change', { newPassword: PASSWORD }, accessToken);
  return user.identifiers[0].value;
}

/** What the hash alone would allow on this machine: the ceiling of the scenario above. */
export async function hashesAlone(seconds) {
  const stored = await hash(PASSWORD, PARAMETERS);
  const latency = createHistogram();
  const start = performance.now();
  const end = start + seconds * 1_000;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() < end) {
        const began = performance.now();
        await verify(stored, PASSWORD);
        latency.record(Math.max(1, Math.round(performance.now() - began)));
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1_000;
  return { perSecond: latency.count / elapsed, p50: latency.percentile(50), p99: latency.percentile(99) };
}
