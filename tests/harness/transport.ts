/** Requests as the SOAP client makes them, to a server of the test. */
import type { ServerResponse } from 'node:http';
import { createTransport, type HttpRequest, type Transport, type TransportSettings } from '../../lib/http/transport.ts';
import { finallyDo } from './serving.ts';

export const READ: HttpRequest = {
  method: 'POST',
  path: '/webservices/OXUserService',
  headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: '"urn:getData"' },
  body: '<ä/>',
  isRepeatable: true,
};
export const WRITE: HttpRequest = { ...READ, isRepeatable: false };

/** Closed after the test. */
export function transportTo(url: string, more: Partial<TransportSettings> = {}): Transport {
  const settings = { url, timeout: 5, timeoutSetting: 'OX_SOAP_TIMEOUT', connections: 1, readCertificates: () => '' };
  const transport = createTransport({ ...settings, ...more });
  finallyDo(() => transport.close());
  return transport;
}

export const ok = (response: ServerResponse): void =>
  void response.setHeader('Content-Type', 'text/xml;charset=UTF-8').end('<ok/>');
