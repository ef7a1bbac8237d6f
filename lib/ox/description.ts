/** What OX says of itself to anybody: the WSDL of each service, and the version of its web interface. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

export interface ServerAddress {
  readonly soapServer: string;
  /** Seconds. */
  readonly timeout: number;
  readonly readCertificates: () => string;
}

export interface Description {
  /** 200: it is there, 404: it is not. Anything else says nothing: OX may be starting, or a proxy hides it. */
  readonly status: number;
  readonly text: string;
  /** null: no https. */
  readonly certificateEnd: Date | null;
}

/** Whether the running server knows this parameter of an operation; false also where that cannot be found out. */
export type Offers = (service: string, operation: string, parameter: string) => Promise<boolean>;

const MOST_BYTES = 4 * 1024 * 1024;

export function fetchWsdl(address: ServerAddress, service: string): Promise<Description> {
  return fetchText(address, `/webservices/${service}`, '?wsdl');
}

/** null: not to be found out this way; a proxy may not let the question through. */
export async function fetchVersion(address: ServerAddress): Promise<string | null> {
  const { status, text } = await fetchText(address, '/appsuite/api/version', '?action=version');
  const answer = status === 200 ? /^\s*\{.*"version"\s*:\s*"(\d[\w.+-]{0,40})"/s.exec(text) : null;
  return answer?.[1] ?? null;
}

/** Each WSDL is fetched once; one that did not come is asked for again. */
export function openOffers(address: ServerAddress): Offers {
  const fetched = new Map<string, Description>();
  return async (service, operation, parameter) => {
    const description = fetched.get(service) ?? (await fetchWsdl(address, service).catch(() => null));
    if (description?.status !== 200) {
      return false;
    }
    fetched.set(service, description);
    return hasParameter(description.text, operation, parameter);
  };
}

/** The type of the operation's element may stand inside it, or beside it under the same name. */
export function hasParameter(wsdl: string, operation: string, parameter: string): boolean {
  const types = wsdl.matchAll(/<(?:\w+:)?(?:element|complexType)\b([^>]*[^/])>(.*?)<\/(?:\w+:)?complexType>/gs);
  return types.some(
    ([, attributes = '', content = '']) => isNamed(attributes, operation) && isNamed(content, parameter),
  );
}

export function hasOperation(wsdl: string, operation: string): boolean {
  return wsdl.matchAll(/<(?:\w+:)?operation\b[^>]*>/g).some(([tag]) => isNamed(tag, operation));
}

function isNamed(text: string, name: string): boolean {
  return text.includes(`name="${name}"`) || text.includes(`name='${name}'`);
}

function fetchText({ soapServer, timeout, readCertificates }: ServerAddress, path: string, search: string) {
  const url = new URL(soapServer);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  url.search = search;
  const secure = url.protocol === 'https:';
  const http = process.getBuiltinModule(secure ? 'node:https' : 'node:http');
  const options = { agent: false, timeout: timeout * 1000, ...(secure ? { ca: readCertificates() } : {}) };
  return new Promise<Description>((resolve, reject) => {
    const request = http.get(url, options, (response) => {
      const certificateEnd = secure ? endOf(response.socket as TLSSocket) : null;
      read(response).then((text) => resolve({ status: response.statusCode ?? 0, text, certificateEnd }), reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
  });
}

function endOf(socket: TLSSocket): Date {
  return new Date(socket.getPeerCertificate().valid_to);
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      throw new Error('the description is too long');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
