/** Real servers on loopback that end with the test. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server as RawServer, Socket } from 'node:net';
import type { KeyPair } from '../sandbox/certificates.ts';

const open: (() => void)[] = [];

/** Is called after the test. */
export function finallyDo(close: () => void): void {
  open.push(close);
}

afterEach(() => {
  for (const close of open.splice(0)) {
    close();
  }
});

export interface Serving {
  readonly port: number;
  readonly sockets: Set<Socket>;
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
}

export async function listen(server: Server | RawServer): Promise<Serving> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  open.push(() => {
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: (server.address() as AddressInfo).port, sockets, requests: [] };
}

/** `answer` is asked with the number of the request, from 1. */
export async function serve(answer: (response: ServerResponse, n: number) => void, tls?: KeyPair): Promise<Serving> {
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk);
    }
    const { method = '', url = '', headers } = request;
    serving.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(response, serving.requests.length);
  };
  const server = tls
    ? createSecureServer({ key: readFileSync(tls.key), cert: readFileSync(tls.cert) }, listener)
    : createServer(listener);
  const serving = await listen(server);
  return serving;
}
