import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#domain/kernel';
import type { PublicKeys } from '#domain/session';

export interface SigningKey {
  /** RFC 7638 thumbprint of the public key; also the file's name. */
  readonly kid: string;
  readonly createdAt: Date;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key as SubjectPublicKeyInfo (RFC 7468), the form in which JWT libraries take it. */
  readonly publicPem: string;
}

export interface SigningKeyOptions {
  readonly directory: string;
  /**
   * Milliseconds between a new key's publication and its first signature, so that every instance and every
   * verifier that caches the JWKS knows the key before it meets a token signed with it.
   */
  readonly publishAhead: number;
  /** Milliseconds a replaced key stays published: the longest life of a token that it signed. */
  readonly retireAfter: number;
  /** Told of files in the directory that are no keys of ours, and of keys that cannot be read. */
  readonly warn: (message: string) => void;
}

/** A key's file is named after its thumbprint. */
const KEY_FILE = /^[\w-]{43}\.pem$/;
/** How often running instances look for keys that `gatehouse keys rotate` made. */
const RELOAD_INTERVAL_MS = 15_000;

/**
 * ES256 key pairs as PEM files in one directory, shared by the instances of a deployment. The newest key
 * that has been published long enough signs; the ones before it are published until what they signed has
 * expired, then ignored.
 */
export class SigningKeys implements PublicKeys {
  #keys: readonly SigningKey[] = [];
  #byKid = new Map<string, SigningKey>();
  readonly #foreign = new Set<string>();
  #loadedAt = 0;

  constructor(
    private readonly options: SigningKeyOptions,
    private readonly clock: Clock,
  ) {
    this.#load();
    if (this.#keys.length === 0) this.rotate();
  }

  /** The key for new tokens. */
  get current(): SigningKey {
    this.#reloadWhenDue();
    const publishedBy = this.clock.now().getTime() - this.options.publishAhead;
    const ready = this.#keys.find(({ createdAt }) => createdAt.getTime() <= publishedBy);
    // On the first start there is nobody yet who could have cached an older key set.
    const key = ready ?? this.#keys.at(-1);
    if (!key) throw new Error(`No signing key in ${this.options.directory}`);
    return key;
  }

  /** Undefined for a key that was never ours or has retired. */
  find(kid: string): SigningKey | undefined {
    this.#reloadWhenDue();
    const key = this.#byKid.get(kid);
    return key && this.#isPublished(key) ? key : undefined;
  }

  list(): readonly SigningKey[] {
    return this.#keys;
  }

  /** RFC 7517 key set of everything that may have signed a live token or soon will. */
  jwks(): { keys: readonly JsonWebKey[] } {
    this.#reloadWhenDue();
    const keys = this.#keys
      .filter((key) => this.#isPublished(key))
      .map(({ kid, publicKey }) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid,
        alg: 'ES256',
        use: 'sig',
      }));
    return { keys };
  }

  /** Makes a key, which signs once it has been published ahead; returns it. */
  rotate(): SigningKey {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const kid = thumbprint(publicKey);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    mkdirSync(this.options.directory, { recursive: true, mode: 0o700 });
    const draft = join(this.options.directory, `.${kid}-${randomBytes(4).toString('hex')}`);
    // RFC 7468, section 5.2: text before the encapsulation boundary is explanatory. The time must survive a
    // copy or a restore, which a file's own dates do not.
    writeFileSync(draft, `Created: ${this.clock.now().toISOString()}\n${pem}`, { mode: 0o600, flush: true });
    renameSync(draft, join(this.options.directory, `${kid}.pem`));
    this.#load();
    return this.#byKid.get(kid)!;
  }

  /** Deletes the files of retired keys; returns their ids. */
  prune(): readonly string[] {
    const retired = this.#keys.filter((key) => !this.#isPublished(key)).map(({ kid }) => kid);
    for (const kid of retired) rmSync(join(this.options.directory, `${kid}.pem`));
    this.#load();
    return retired;
  }

  /** A key retires when its successor has been signing for longer than any token of the old one lives. */
  #isPublished(key: SigningKey): boolean {
    const successor = this.#keys[this.#keys.indexOf(key) - 1];
    if (!successor) return true;
    const { publishAhead, retireAfter } = this.options;
    return successor.createdAt.getTime() + publishAhead + retireAfter > this.clock.now().getTime();
  }

  #reloadWhenDue(): void {
    if (this.clock.now().getTime() - this.#loadedAt < RELOAD_INTERVAL_MS) return;
    try {
      this.#load();
    } catch (error) {
      // What was read before is still good, and no request is to fail for it.
      this.options.warn(`The signing keys cannot be read again: ${(error as Error).message}`);
    }
  }

  #load(): void {
    this.#loadedAt = this.clock.now().getTime();
    const files = listPem(this.options.directory).filter((file) => this.#isOurs(file));
    const known =
      files.length === this.#keys.length && files.every((file) => this.#byKid.has(file.slice(0, -4)));
    if (known) return;
    const keys = files.map((file) => readKey(this.options.directory, file));
    this.#keys = keys.sort(
      (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.kid < b.kid ? 1 : -1),
    );
    this.#byKid = new Map(this.#keys.map((key) => [key.kid, key]));
  }

  /** By its name. A certificate, a backup or somebody's mistake is left alone. */
  #isOurs(file: string): boolean {
    if (KEY_FILE.test(file)) return true;
    if (!this.#foreign.has(file)) this.options.warn(`${file} is no signing key of ours and is ignored`);
    this.#foreign.add(file);
    return false;
  }
}

function listPem(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith('.pem') && !name.startsWith('.'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readKey(directory: string, file: string): SigningKey {
  const path = join(directory, file);
  const pem = readFileSync(path, 'utf8');
  const createdAt = new Date(/^Created: (\S+)$/m.exec(pem)?.[1] ?? Number.NaN);
  if (Number.isNaN(createdAt.getTime())) throw new Error(`${path} does not say when it was created`);
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error(`${path} is not a P-256 key`);
  }
  const publicKey = createPublicKey(privateKey);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const kid = thumbprint(publicKey);
  if (file !== `${kid}.pem`) throw new Error(`${path} holds another key than its name says`);
  return { kid, createdAt, privateKey, publicKey, publicPem };
}

function thumbprint(publicKey: KeyObject): string {
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
