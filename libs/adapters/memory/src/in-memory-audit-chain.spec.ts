import { describeAuditChainContract } from '#domain/audit/testing';
import { InMemoryAuditChain } from './in-memory-audit-chain.js';

describeAuditChainContract('in memory', () => {
  const chain = new InMemoryAuditChain();
  return { chain, append: (event) => Promise.resolve(chain.insert(event)) };
});
