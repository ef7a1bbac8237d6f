/**
 * A Provisioning API on loopback that answers as the service does, its oddities included: what it was seen to do stands in
 * docs/provisioning-api.md, "How the service behaves". It shares no code with the client.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, type FaultKind, Faults } from './faults.ts';
import { type Operation, operationOf } from './operation.ts';
import type { Published, Subscription } from './queue.ts';
import { type Answer, NOT_LET_IN, Service } from './service.ts';

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
  readonly #service: Service;
  readonly #faults = new Faults();
  readonly #options: Required<Omit<ProvisioningOptions, 'onCall'>> & Pick<ProvisioningOptions, 'onCall'>;
  #server: Server | null = null;
  #port: number;
  #connections = 0;

  constructor(options: ProvisioningOptions = {}) {
    this.#options = { port: 0, refusalTakes: 20, ackWait: 200, idle: 5000, ...options };
    this.#service = new Service(this.#options);
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
    return this.#service.subscribe(name, password, realms, prefill);
  }

  subscription(name = 'ox-connector'): Subscription {
    return this.#service.subscription(name);
  }

  /** To every subscription that has the topic. Answers the numbers. */
  publish(message: Published): number[] {
    return this.#service.publish(message);
  }

  fail(...faults: readonly Fault[]): void {
    this.#faults.add(...faults);
  }

  heal(): void {
    this.#faults.heal();
  }

  calls(operation: Operation): Request[] {
    return this.requests.filter((request) => request.operation === operation);
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
    const kind = this.#faults.next(operation);
    if (kind !== null && kind !== 'reset after' && kind !== 'cut off' && kind !== 'no number') {
      await this.#misbehave(kind, request, response);
      return;
    }
    await this.#options.onCall?.(operation, 'before');
    const answer = await this.#service.answer({
      operation,
      path: pathname,
      query: searchParams,
      body: Buffer.concat(chunks).toString(),
      authorization: request.headers.authorization,
      isCutOff: () => request.socket.destroyed,
    });
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
}
