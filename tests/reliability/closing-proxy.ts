/** Passes calls on to OX, each on a connection of its own, and is gone after some of them: the next one is refused. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ClosingProxy {
  readonly url: string;
  close(): void;
}

export async function openClosingProxy(target: string, calls: number): Promise<ClosingProxy> {
  let left = calls;
  const server = createServer((incoming, outgoing) => {
    left -= 1;
    const { method, headers, url = '/' } = incoming;
    const onward = request(new URL(url, target), { method: method ?? 'POST', headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, { ...answer.headers, connection: 'close' });
      if (left === 0) {
        // Before the answer is complete: whoever has read it finds nobody any more.
        server.close();
      }
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (left === 0) {
    server.close();
  }
  return { url, close: () => server.close().closeAllConnections() };
}
