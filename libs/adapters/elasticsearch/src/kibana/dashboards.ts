import { attempts } from './dashboards/attempts.js';
import { codes } from './dashboards/codes.js';
import { errors } from './dashboards/errors.js';
import { security } from './dashboards/security.js';
import { users } from './dashboards/users.js';
import type { Dashboard } from './saved-objects.js';

export const DASHBOARDS: readonly Dashboard[] = [attempts, codes, errors, users, security];
