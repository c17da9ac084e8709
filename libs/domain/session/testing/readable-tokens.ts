import { DomainError, Secret } from '#domain/kernel';
import type {
  AccessClaims,
  AccessTokens,
  DeviceTokens,
  KnownDevice,
  RefreshReference,
  RefreshTokens,
} from '#domain/session';

/** Tokens that a failing test can print and a test can forge: whatever has their form is taken for genuine. */
export class ReadableAccessTokens implements AccessTokens {
  issue(claims: AccessClaims): Secret {
    return new Secret(`access ${JSON.stringify(claims)}`);
  }

  verify(token: string): AccessClaims {
    if (!token.startsWith('access ')) throw DomainError.unauthenticated('invalid-token', 'Not a token');
    return JSON.parse(token.slice('access '.length)) as AccessClaims;
  }

  remembered(token: string): AccessClaims | null {
    return token.startsWith('access ') ? this.verify(token) : null;
  }
}

export class ReadableRefreshTokens implements RefreshTokens {
  issue({ userId, sessionId, generation }: RefreshReference): Secret {
    return new Secret(`refresh ${userId} ${sessionId} ${generation}`);
  }

  read(token: string): RefreshReference | null {
    const [kind, userId = '', sessionId = '', generation] = token.split(' ');
    return kind === 'refresh' ? { userId, sessionId, generation: Number(generation) } : null;
  }
}

export class ReadableDeviceTokens implements DeviceTokens {
  issue({ userId, deviceId }: KnownDevice): Secret {
    return new Secret(`${userId}/${deviceId}`);
  }

  read(token: string): KnownDevice | null {
    const [userId, deviceId] = token.split('/');
    return userId && deviceId ? { userId, deviceId } : null;
  }
}
