/** What OX says of itself to anybody: the WSDL of each service, and the version of its web interface. */
import { createTransport } from '../../http/transport.ts';

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

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export function fetchWsdl(address: ServerAddress, service: string): Promise<Description> {
  return fetchText(address, `/webservices/${service}?wsdl`);
}

/** null: not to be found out this way; a proxy may not let the question through. */
export async function fetchVersion(address: ServerAddress): Promise<string | null> {
  const { status, text } = await fetchText(address, '/appsuite/api/version?action=version');
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

async function fetchText({ soapServer: url, ...settings }: ServerAddress, path: string): Promise<Description> {
  const transport = createTransport({ ...settings, url, connections: 1, maxAnswerBytes: MAX_ANSWER_BYTES });
  try {
    const { status, body, certificateEnd } = await transport.send({
      method: 'GET',
      path,
      headers: {},
      isRepeatable: true,
    });
    return { status, text: body?.toString('utf8') ?? '', certificateEnd: certificateEnd() };
  } finally {
    transport.close();
  }
}
