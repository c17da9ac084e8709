import { expect, it } from '@jest/globals';
import { InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { days } from '#domain/kernel';
import { at, FixedClock, newId } from '#domain/kernel/testing';
import { ForgetImports } from './forget-imports.use-case.js';

it('ForgetImports forgets an import when nothing was added to it for as long as the policy says', async () => {
  const clock = new FixedClock();
  const unitOfWork = new InMemoryUnitOfWork(new InMemoryDatabase());
  const forget = new ForgetImports(unitOfWork, clock, { keepFor: days(30) });
  const progress = { digest: newId(), lines: 1, imported: 1, failed: 0 };
  await unitOfWork.run(async ({ imports }) => imports.record(progress, [], at(0)));
  clock.advance(days(30));
  expect(await forget.execute()).toBe(0);
  clock.advance(1);
  expect(await forget.execute()).toBe(1);
  expect(await unitOfWork.run(({ imports }) => imports.find(progress.digest))).toBeNull();
});
