import { existing, type User } from '../model/user.entity.js';
import type { AccountDirectory } from '../ports/accounts.port.js';

export class GetOwnAccount {
  constructor(private readonly directory: AccountDirectory) {}

  /** Throws `account-not-found` when the account was deleted while its token still lived. */
  async execute(userId: string): Promise<User> {
    return existing(await this.directory.findById(userId));
  }
}
