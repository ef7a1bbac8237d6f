/** The HTTP side of the sandbox: connections, bodies, and which half of it answers. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Sandbox } from './answer.ts';
import type { ServiceSpec } from './contract.ts';
import { type Control, handleControl } from './control.ts';
import { editionOf, wsdlOf } from './editions.ts';
import { handleCall } from './exchange.ts';
import { clientFault, faultXml } from './faults.ts';

const SERVICES = '/webservices/';
const NO_SERVICE = '<html><body>No service was found.</body></html>';
const VERSION = '/appsuite/api/version?action=version';

export interface ServerSettings {
  port: number;
  tls: { key: string; cert: string } | null;
}

/** Resolves with the address once it listens. */
export async function serve(
  sandbox: Sandbox,
  start: Control['start'],
  settings: ServerSettings,
): Promise<{ url: string; server: Server }> {
  const server: Server = settings.tls === null ? createServer() : createTlsServer(settings.tls);
  const control: Control = {
    sandbox,
    start,
    closeIdle: () => server.closeIdleConnections(),
    optionsChanged: () => {
      server.keepAliveTimeout = sandbox.world.options.keepAliveMs;
    },
  };
  control.optionsChanged();
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.on(settings.tls === null ? 'connection' : 'secureConnection', (socket: Socket) => count(sandbox, socket));
  server.on('request', (request: IncomingMessage, response: ServerResponse) => route(control, request, response));
  server.on('tlsClientError', () => undefined);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${settings.tls === null ? 'http' : 'https'}://127.0.0.1:${port}`, server };
}

function count({ journal }: Sandbox, socket: Socket): void {
  journal.connections.accepted++;
  journal.connections.open++;
  socket.on('close', () => {
    journal.connections.open--;
  });
  // Clients that were killed or gave up are part of the game.
  socket.on('error', () => undefined);
}

function route(control: Control, request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? '/';
  if (url.startsWith(SERVICES)) routeService(control.sandbox, url, request, response);
  else if (url.startsWith('/sandbox/'))
    collect(request, (body) => answerControl(control, url, request, response, body));
  else if (url === VERSION) discard(request, () => tellVersion(control.sandbox, response));
  else discard(request, () => html(response));
}

function routeService(sandbox: Sandbox, url: string, request: IncomingMessage, response: ServerResponse): void {
  const question = url.indexOf('?');
  const name = url.slice(SERVICES.length, question === -1 ? undefined : question).replace(/\/$/, '');
  const service = editionOf(sandbox.contract, name, sandbox.world.options);
  if (service === undefined) discard(request, () => html(response));
  else if (request.method !== 'POST') discard(request, () => describe(sandbox, service, request, response));
  else collect(request, (body) => handleCall(sandbox, service, request, response, body));
}

function answerControl(
  control: Control,
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  const answer = handleControl(control, request.method ?? '', new URL(url, 'http://sandbox'), body.toString());
  response.writeHead(answer.status, { 'Content-Type': answer.type, 'Content-Length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

function collect(request: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
}

function discard(request: IncomingMessage, done: () => void): void {
  request.resume();
  request.on('end', done);
}

function html(response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'text/html' }).end(NO_SERVICE);
}

/** No session is needed. */
function tellVersion({ world }: Sandbox, response: ServerResponse): void {
  const body = JSON.stringify({ data: { version: world.options.version } });
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
}

function describe({ world }: Sandbox, service: ServiceSpec, request: IncomingMessage, response: ServerResponse): void {
  if (/\?wsdl$/i.test(request.url ?? '')) {
    const status = world.options.wsdlStatus || 200;
    const text = status === 200 ? wsdlOf(service, world.options, baseOf(request)) : '';
    response.writeHead(status, { 'Content-Type': 'text/xml;charset=UTF-8' }).end(text);
    return;
  }
  const fault = clientFault(`No such operation:  (HTTP GET PATH_INFO: ${request.url})`);
  response.writeHead(500, { 'Content-Type': 'text/xml;charset=UTF-8' }).end(faultXml(fault, service.ns));
}

/** What the client, or a proxy that speaks TLS for it, has called. */
function baseOf({ headers, socket }: IncomingMessage): string {
  const host = headers.host ?? 'localhost';
  if (headers['x-forwarded-proto'] !== 'https') return `${socket instanceof TLSSocket ? 'https' : 'http'}://${host}`;
  return `https://${host.replace(/:\d+$/, '')}:${headers['x-forwarded-port'] ?? '443'}`;
}
