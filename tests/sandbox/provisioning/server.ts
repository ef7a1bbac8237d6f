/**
 * A Provisioning API on loopback that answers as the service does, its oddities included: what it was seen to do stands in
 * docs/provisioning-api.md, "How the service behaves". It shares no code with the client.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PrefillStatus, type Published, Subscription, type Topic } from './queue.ts';

export const ADMIN = { username: 'admin', password: 'admin-secret' } as const;

export type Operation = 'next' | 'acknowledge' | 'subscription' | 'create' | 'remove' | 'publish' | 'set prefill';

export type FaultKind =
  /** Nothing was done. */
  | 'reset before'
  /** It was done, and nobody hears of it. */
  | 'reset after'
  | 'nats down'
  | 'inconsistent'
  | 'html'
  | 'cut off'
  | 'no number'
  | 'redirect'
  | 'bad gateway'
  | 'unauthorized'
  | 'hang'
  | 'null';

export interface Fault {
  readonly operation: Operation;
  readonly kind: FaultKind;
  /** So many times; default: once. */
  readonly times?: number;
  /** After so many calls of the operation from now on. */
  readonly after?: number;
}

export interface Request {
  readonly operation: Operation | null;
  readonly method: string;
  readonly path: string;
  /** 0: it has no answer (yet). */
  readonly status: number;
  readonly at: number;
}

export interface ProvisioningOptions {
  readonly port?: number;
  /** Milliseconds that the check of a wrong password takes. */
  readonly refusalTakes?: number;
  /** Milliseconds. */
  readonly ackWait?: number;
  /** Milliseconds after which an idle connection is closed. */
  readonly idle?: number;
  /** Called before and after each call has its effect. */
  readonly onCall?: (operation: Operation, moment: 'before' | 'after') => void | Promise<void>;
}

export class ProvisioningSandbox {
  readonly requests: Request[] = [];
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #options: Required<Omit<ProvisioningOptions, 'onCall'>> & Pick<ProvisioningOptions, 'onCall'>;
  #faults: { fault: Fault; left: number; skip: number }[] = [];
  #server: Server | null = null;
  #port: number;
  #connections = 0;

  constructor(options: ProvisioningOptions = {}) {
    this.#options = { port: 0, refusalTakes: 20, ackWait: 200, idle: 5000, ...options };
    this.#port = this.#options.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Connections so far. */
  get connections(): number {
    return this.#connections;
  }

  onCall(listener: NonNullable<ProvisioningOptions['onCall']> | undefined): void {
    Object.assign(this.#options, { onCall: listener });
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.keepAliveTimeout = this.#options.idle;
    // Without it Node waits longer than it says.
    Object.assign(server, { keepAliveTimeoutBuffer: 0 });
    server.on('connection', () => {
      this.#connections += 1;
    });
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** Numbers and messages are kept, as over a restart of the service. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server !== null) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  subscribe(name: string, password: string, topics: readonly string[], prefill = false): Subscription {
    const realms = topics.map((topic) => ({ realm: 'udm', topic }));
    return this.#make(name, password, realms, prefill);
  }

  subscription(name = 'ox-connector'): Subscription {
    const found = this.#subscriptions.get(name);
    if (found === undefined) {
      throw new Error(`no subscription ${name}`);
    }
    return found;
  }

  /** To every subscription that has the topic. Answers the numbers. */
  publish(message: Published): number[] {
    const meant = [...this.#subscriptions.values()].filter(({ topics }) =>
      topics.some(({ realm, topic }) => realm === message.realm && topic === message.topic),
    );
    return meant.map((subscription) => subscription.store({ ...message }));
  }

  fail(...faults: readonly Fault[]): void {
    this.#faults.push(...faults.map((fault) => ({ fault, left: fault.times ?? 1, skip: fault.after ?? 0 })));
  }

  heal(): void {
    this.#faults = [];
  }

  calls(operation: Operation): Request[] {
    return this.requests.filter((request) => request.operation === operation);
  }

  #make(name: string, password: string, topics: readonly Topic[], prefill: boolean): Subscription {
    const made = new Subscription(name, password, topics, prefill);
    made.ackWait = this.#options.ackWait;
    this.#subscriptions.set(name, made);
    return made;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk);
    }
    const { method = '', url = '' } = request;
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const operation = operationOf(method, pathname);
    response.setHeader('X-Request-ID', `request-${this.requests.length + 1}`);
    const noted = { operation, method, path: url, status: 0, at: performance.now() };
    this.requests.push(noted);
    response.on('finish', () => {
      noted.status = response.statusCode;
    });
    if (operation === null) {
      const isSlash = pathname.length > 1 && pathname.endsWith('/');
      response.writeHead(isSlash ? 307 : 404, isSlash ? { Location: pathname.slice(0, -1) } : {});
      response.end(isSlash ? '' : JSON.stringify({ detail: 'Not Found' }));
      return;
    }
    const kind = this.#faultFor(operation);
    if (kind !== null && kind !== 'reset after' && kind !== 'cut off' && kind !== 'no number') {
      await this.#misbehave(kind, request, response);
      return;
    }
    await this.#options.onCall?.(operation, 'before');
    const answer = await this.#answer(operation, request, pathname, searchParams, Buffer.concat(chunks).toString());
    await this.#options.onCall?.(operation, 'after');
    if (kind === 'reset after') {
      request.socket.resetAndDestroy();
      return;
    }
    this.#send(response, answer, kind);
  }

  #send(response: ServerResponse, { status, body }: Answer, kind: FaultKind | null): void {
    const { sequence_number: _, ...without } = (body ?? {}) as Record<string, unknown>;
    const text = JSON.stringify(kind === 'no number' ? without : body);
    response.statusCode = status;
    response.setHeader('Content-Type', 'application/json');
    if (status === 401) {
      response.setHeader('WWW-Authenticate', 'Basic');
    }
    if (kind === 'cut off') {
      response.setHeader('Content-Length', Buffer.byteLength(text) + 10);
      response.write(text.slice(0, -1), () => response.destroy());
      return;
    }
    // The answer lets go of the connection when it is sent.
    const { socket } = response;
    response.end(text, () => {
      if (status === 500) {
        // Without a word: the next request on this connection gets a reset.
        socket?.destroy();
      }
    });
  }

  async #misbehave(kind: FaultKind, request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (kind) {
      case 'reset before':
        request.socket.resetAndDestroy();
        return;
      case 'nats down':
        await sleep(50);
        this.#send(response, { status: 500, body: { detail: 'Internal server error' } }, null);
        return;
      case 'inconsistent':
        this.#send(response, { status: 500, body: { detail: 'Inconsistent message queue state in NATS' } }, null);
        return;
      case 'html':
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html><body>Welcome</body></html>');
        return;
      case 'redirect':
        response.writeHead(302, { Location: 'http://127.0.0.1:9/elsewhere' }).end();
        return;
      case 'bad gateway':
        response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html><h1>502 Bad Gateway</h1></html>');
        return;
      case 'unauthorized':
        this.#send(response, NOT_LET_IN, null);
        return;
      case 'null':
        this.#send(response, { status: 200, body: null }, null);
        return;
      default:
        // It hangs.
        return;
    }
  }

  async #answer(
    operation: Operation,
    request: IncomingMessage,
    path: string,
    query: URLSearchParams,
    body: string,
  ): Promise<Answer> {
    const login = loginOf(request.headers.authorization);
    if (login === null) {
      return { status: 401, body: { detail: 'Not authenticated' } };
    }
    const [, , , name = '', , number = ''] = path.split('/').map(decodeURIComponent);
    if (operation === 'publish') {
      this.publish(parse(body) as Published);
      return { status: 202, body: null };
    }
    if (operation === 'set prefill') {
      this.subscription(name).setPrefill((parse(body) as { status: PrefillStatus }).status);
      return { status: 200, body: null };
    }
    const isAdmin = login.username === ADMIN.username && login.password === ADMIN.password;
    const own = this.#subscriptions.get(login.username);
    const isOwn = own !== undefined && own.password === login.password;
    if (!isAdmin && !isOwn) {
      await sleep(this.#options.refusalTakes);
      return NOT_LET_IN;
    }
    if (operation === 'create') {
      return isAdmin ? this.#create(body) : NOT_LET_IN;
    }
    if (operation === 'remove') {
      if (!isAdmin && login.username !== name) {
        return NOT_YOURS;
      }
      return this.#subscriptions.delete(name)
        ? { status: 200, body: null }
        : { status: 404, body: { detail: `Subscription not found: '${name}'` } };
    }
    if (own === undefined || !isOwn || own.name !== name) {
      return NOT_YOURS;
    }
    if (own.isInconsistent && operation !== 'subscription') {
      return { status: 500, body: { detail: 'Inconsistent message queue state in NATS' } };
    }
    return this.#ofConsumer(operation, own, number, query, body, request);
  }

  async #ofConsumer(
    operation: Operation,
    own: Subscription,
    number: string,
    query: URLSearchParams,
    body: string,
    request: IncomingMessage,
  ): Promise<Answer> {
    if (operation === 'subscription') {
      const { name, topics, hasPrefill, prefill } = own;
      const described = {
        name,
        realms_topics: topics,
        request_prefill: hasPrefill,
        prefill_queue_status: prefill,
      };
      return { status: 200, body: described };
    }
    if (operation === 'acknowledge') {
      if (!/^\d+$/.test(number) || (parse(body) as { status?: unknown } | null)?.status !== 'ok') {
        return { status: 422, body: { status_code: 422, message: `refused ${body}`, data: null } };
      }
      return own.acknowledge(Number(number))
        ? { status: 200, body: null }
        : { status: 404, body: { detail: 'no message found' } };
    }
    const isGone = (): boolean => request.socket.destroyed || this.#subscriptions.get(own.name) !== own;
    const stored = await own.take(Number(query.get('timeout') ?? 5) * 1000, isGone);
    return {
      status: 200,
      body: stored && { ...stored.content, sequence_number: stored.number, num_delivered: stored.delivered },
    };
  }

  #create(body: string): Answer {
    const wish = parse(body) as {
      name?: string;
      realms_topics?: Topic[];
      request_prefill?: boolean;
      password?: string;
    } | null;
    const { name, realms_topics: topics, request_prefill: prefill, password } = wish ?? {};
    if (name === undefined || topics === undefined || prefill === undefined || password === undefined) {
      return { status: 422, body: { status_code: 422, message: `refused ${body}`, data: null } };
    }
    if (!/^[A-Za-z0-9_-]+$/.test(name)) {
      return {
        status: 500,
        body: { detail: 'Subscription could not be created due to an internal error' },
      };
    }
    const there = this.#subscriptions.get(name);
    if (there === undefined) {
      this.#make(name, password, topics, prefill);
      return { status: 201, body: null };
    }
    const isSame =
      JSON.stringify(there.topics) === JSON.stringify(topics) &&
      there.hasPrefill === prefill &&
      there.password === password;
    return isSame
      ? { status: 200, body: null }
      : {
          status: 409,
          body: { detail: 'Subscription with the given name already registered but with different parameters.' },
        };
  }

  #faultFor(operation: Operation): FaultKind | null {
    for (const each of this.#faults) {
      if (each.fault.operation !== operation || each.left === 0) {
        continue;
      }
      if (each.skip > 0) {
        each.skip -= 1;
        continue;
      }
      each.left -= 1;
      return each.fault.kind;
    }
    return null;
  }
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const NOT_LET_IN: Answer = { status: 401, body: { detail: 'Incorrect username or password' } };
const NOT_YOURS: Answer = { status: 401, body: { detail: 'You do not have access to this data' } };

function operationOf(method: string, path: string): Operation | null {
  const name = '[^/]+';
  const known: readonly (readonly [string, RegExp, Operation])[] = [
    ['POST', /^\/v1\/subscriptions$/, 'create'],
    ['POST', /^\/v1\/messages$/, 'publish'],
    ['PATCH', new RegExp(`^/v1/subscriptions/${name}/prefill$`), 'set prefill'],
    ['GET', new RegExp(`^/v1/subscriptions/${name}$`), 'subscription'],
    ['DELETE', new RegExp(`^/v1/subscriptions/${name}$`), 'remove'],
    ['GET', new RegExp(`^/v1/subscriptions/${name}/messages/next$`), 'next'],
    ['PATCH', new RegExp(`^/v1/subscriptions/${name}/messages/${name}/status$`), 'acknowledge'],
  ];
  return known.find(([verb, form]) => verb === method && form.test(path))?.[2] ?? null;
}

function loginOf(header: string | undefined) {
  const [, encoded] = /^Basic (.+)$/.exec(header ?? '') ?? [];
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  return username === undefined || password === undefined ? null : { username, password };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
