import { accountNotFound, type User } from '../model/user.entity.js';
import type { AccountDirectory } from '../ports/accounts.port.js';

export class GetOwnAccount {
  constructor(private readonly directory: AccountDirectory) {}

  /** Throws `account-not-found` when the account was erased while its token still lived. */
  async execute(userId: string): Promise<User> {
    const user = await this.directory.findById(userId);
    if (!user) throw accountNotFound();
    return user;
  }
}
