/** A stand-in for the WebAdmin of James 3.8.1 and TMail: for faults, delays and domain contacts, and where there is no Java. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { routes } from './routes.ts';
import { Refused, State } from './state.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface StandInOptions {
  readonly token?: string;
  /** As James before 3.9 does. */
  readonly decodesTwice?: boolean;
  /** TMail has them, James does not. */
  readonly hasContacts?: boolean;
  readonly delayMilliseconds?: number;
}

/** What happens to a request instead of, or after, being carried out. */
export type Fault = 'before' | 'after' | number;

export interface StandIn {
  readonly url: string;
  readonly state: State;
  readonly requests: Request[];
  /** Asked for each request: a number is the status of the answer; the connection is reset before or after it is carried out. */
  fault: ((request: Request, n: number) => Fault | null) | null;
  /** Requests in hand at once, at most so far. */
  readonly mostAtOnce: () => number;
  stop(): Promise<void>;
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const state = new State();
  const requests: Request[] = [];
  const route = routes(state, { decodesTwice: options.decodesTwice ?? true, hasContacts: options.hasContacts ?? true });
  let atOnce = 0;
  let most = 0;
  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const seen = { method: request.method ?? '', path: request.url ?? '', body };
    requests.push(seen);
    const fault = standIn.fault?.(seen, requests.length) ?? null;
    if (fault === 'before') {
      request.socket.destroy();
      return;
    }
    if (typeof fault === 'number') {
      send(response, fault, { statusCode: fault, type: 'ServerError', message: 'a fault of the test' });
      return;
    }
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
      response.writeHead(401, { 'Content-Type': 'application/json' });
      response.end(request.headers.authorization ? 'Invalid Bearer header.' : 'No Bearer header.');
      return;
    }
    let result: { status: number; body?: unknown };
    try {
      result = route(seen);
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      result = {
        status: error.status,
        body: { statusCode: error.status, type: error.kind, message: error.message, details: null },
      };
    }
    if (fault === 'after') {
      request.socket.destroy();
      return;
    }
    send(response, result.status, request.method === 'HEAD' ? undefined : result.body);
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      setTimeout(() => {
        atOnce -= 1;
        answer(request, response, Buffer.concat(chunks).toString());
      }, options.delayMilliseconds ?? 0);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const standIn: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    requests,
    fault: null,
    mostAtOnce: () => most,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return standIn;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
