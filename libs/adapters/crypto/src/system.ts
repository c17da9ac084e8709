import { v7 } from 'uuid';
import type { Clock, IdGenerator } from '#domain/kernel';

export class SystemClock implements Clock {
  now(): Date {
    return new Date();
  }
}

export class UuidV7Generator implements IdGenerator {
  next(): string {
    return v7();
  }
}
