import { DomainError } from '#domain/kernel';

export const sessionEnded = (): DomainError =>
  DomainError.unauthenticated('session-ended', 'The session has ended');
