import type { AccountDirectory, User } from '#domain/identity';
import { userNotFound } from '../services/administrative-act.js';

export class ShowAccount {
  constructor(private readonly directory: AccountDirectory) {}

  /** Deleted ones too, until they are erased. Throws `user-not-found`. */
  async execute(userId: string): Promise<User> {
    const user = await this.directory.findById(userId);
    if (!user) throw userNotFound();
    return user;
  }
}
