import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { Secret } from '#domain/kernel';

export interface ReceivedEmail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header lines, unfolded, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
}

/** What happens to one message. `hang` never answers, `drop` cuts the connection, both after the command. */
export interface SmtpStep {
  readonly at: 'mail' | 'data';
  readonly answer: number | 'hang' | 'drop';
}

type PeerOptions = SMTPServerOptions & { readonly port?: number };
type Callback = (error?: Error | null) => void;

/** A real SMTP server on loopback that takes every message, except as scripted. */
export class SmtpPeer {
  /** Messages received to their end, other than those answered with an error. */
  readonly received: ReceivedEmail[] = [];
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #steps: SmtpStep[] = [];
  readonly #server: SMTPServer;
  port = 0;

  private constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      authOptional: true,
      logger: false,
      disableReverseLookup: true,
      ...options,
      onMailFrom: (_address, _session, callback) => {
        if (this.#steps[0]?.at !== 'mail') return callback();
        return this.#play(callback);
      },
      onData: (stream, session, callback) => {
        void text(stream).then(
          (raw) => this.#take(raw, session.envelope, callback),
          () => {}, // Cut off before its end: not a message.
        );
      },
    });
    // A client that goes away in the middle is what some tests are about.
    this.#server.on('error', () => {});
    this.#server.server.on('connection', (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Without TLS unless a certificate is given. */
  static async start({ port = 0, ...options }: PeerOptions = {}): Promise<SmtpPeer> {
    const peer = new SmtpPeer({ hideSTARTTLS: !options.cert, ...options });
    await new Promise<void>((resolve) => peer.#server.listen(port, '127.0.0.1', resolve));
    peer.port = (peer.#server.server.address() as AddressInfo).port;
    return peer;
  }

  /** Plays these for the next messages, one each. */
  script(...steps: readonly SmtpStep[]): void {
    this.#steps.push(...steps);
  }

  url(userInfo = ''): Secret {
    return new Secret(`smtp://${userInfo && `${userInfo}@`}127.0.0.1:${this.port}`);
  }

  async stop(): Promise<void> {
    this.#cutConnections();
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }

  #take(raw: string, { mailFrom, rcptTo }: SMTPServerSession['envelope'], callback: Callback): void {
    const answer = this.#steps[0]?.answer ?? 250;
    if (typeof answer === 'string' || answer < 400) {
      const from = mailFrom ? mailFrom.address : '';
      const to = rcptTo.map(({ address }) => address);
      this.received.push({ from, to, headers: headersOf(raw), raw });
    }
    this.#play(callback);
  }

  #play(callback: Callback): void {
    const answer = this.#steps.shift()?.answer ?? 250;
    if (answer === 'hang') return;
    if (answer === 'drop') return this.#cutConnections();
    if (answer < 400) return callback();
    callback(Object.assign(new Error('scripted <ada@example.com>'), { responseCode: answer }));
  }

  #cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function headersOf(raw: string): Record<string, string> {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const lines = head.replace(/\r\n[ \t]+/gu, ' ').split('\r\n');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
}
