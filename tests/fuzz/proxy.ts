/** Stands between the connector and OX, and changes one answer. */
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

export interface Proxy {
  readonly url: string;
  /** The n-th answer from now on, counted from 0, is changed; null: none. */
  spoil(spoiler: { readonly call: number; readonly change: (answer: Answer) => Answer } | null): void;
  readonly isSpoilt: boolean;
  close(): void;
}

export async function startProxy(target: string): Promise<Proxy> {
  let spoiler: Parameters<Proxy['spoil']>[0] = null;
  let calls = 0;
  const server = createServer(async (asked, reply) => {
    const sent = await bytesOf(asked);
    const onward = request(`${target}${asked.url}`, { method: asked.method ?? 'POST', headers: asked.headers });
    onward.on('response', async (response) => {
      const { 'content-length': _length, 'transfer-encoding': _chunked, ...headers } = response.headers;
      const given: Answer = { status: response.statusCode ?? 0, headers, body: await bytesOf(response) };
      const { status, headers: shown, body } = spoiler?.call === calls++ ? spoiler.change(given) : given;
      reply.writeHead(status, shown).end(body);
    });
    onward.on('error', () => reply.destroy());
    onward.end(sent);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spoil(next) {
      spoiler = next;
      calls = 0;
    },
    get isSpoilt() {
      return spoiler !== null && calls > spoiler.call;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
