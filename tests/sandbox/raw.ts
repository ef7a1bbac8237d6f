/** Writes SOAP requests by hand, for tests of the sandbox itself. */

const MAIN = 'http://soap.admin.openexchange.com';
const COPY = 'http://soap.copy.user.admin.openexchange.com';
const OBJECTS = 'http://dataobjects.soap.admin.openexchange.com/xsd';
const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** Keys in schema order; a list repeats its element, null is xsi:nil. */
export type Raw = string | number | boolean | null | Raw[] | { [name: string]: Raw };

export interface Who {
  login: string;
  password: string;
}

export interface Reply {
  status: number;
  body: string;
  /** Text of the fault without exceptionIds, null if there is none. */
  fault: string | null;
  exception: string | null;
}

export interface RawClient {
  call(service: string, operation: string, args: { [name: string]: Raw }, who?: Who): Promise<Reply>;
  post(service: string, body: string | Buffer, headers?: Record<string, string>): Promise<Reply>;
}

export function rawClient(url: string, admin: Who, master: Who): RawClient {
  function who(service: string): Who {
    return service === 'OXContextService' || service === 'OXUserCopyService' ? master : admin;
  }
  return {
    call: (service, operation, args, by = who(service)) =>
      post(url, service, requestXml(service, operation, args, by), headersOf(operation)),
    post: (service, body, headers = headersOf('exists')) => post(url, service, body, headers),
  };
}

export function headersOf(operation: string): Record<string, string> {
  return { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: `"urn:${operation}"` };
}

/** `auth` comes last unless the arguments say where. */
export function requestXml(service: string, operation: string, args: { [name: string]: Raw }, who: Who): string {
  const credentials = `<m:auth><r:login>${who.login}</r:login><r:password>${who.password}</r:password></m:auth>`;
  const inner = Object.entries(args).map(([name, value]) =>
    name === 'auth' ? credentials : elements('m', name, value),
  );
  const main = service === 'OXUserCopyService' ? COPY : MAIN;
  return envelope(
    `<m:${operation} xmlns:m="${main}" xmlns:d="${OBJECTS}" xmlns:r="${RMI}"` +
      ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
      `${inner.join('')}${'auth' in args ? '' : credentials}</m:${operation}>`,
  );
}

export function envelope(content: string, ns = ENVELOPE): string {
  return `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${ns}"><s:Body>${content}</s:Body></s:Envelope>`;
}

/** Text of the first element of that name, whatever its prefix. */
export function textIn(xml: string, name: string): string | null {
  return new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^<]*)<`).exec(xml)?.[1] ?? null;
}

export function textsIn(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}>([^<]*)<`, 'g'))].map((match) => match[1] ?? '');
}

function elements(prefix: string, name: string, value: Raw): string {
  if (Array.isArray(value)) return value.map((item) => elements(prefix, name, item)).join('');
  const tag = `${prefix}:${name}`;
  if (value === null) return `<${tag} xsi:nil="true"/>`;
  if (typeof value !== 'object') return `<${tag}>${value}</${tag}>`;
  const inner = Object.entries(value).map(([key, child]) => elements('d', key, child));
  return `<${tag}>${inner.join('')}</${tag}>`;
}

async function post(
  url: string,
  service: string,
  body: string | Buffer,
  headers: Record<string, string>,
): Promise<Reply> {
  const bytes = new Uint8Array(Buffer.from(body));
  const response = await fetch(`${url}/webservices/${service}`, {
    method: 'POST',
    body: bytes,
    headers,
    redirect: 'manual',
  });
  const text = await response.text();
  const fault = textIn(text, 'faultstring')?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  return {
    status: response.status,
    body: text,
    fault: fault?.replace(/(; exceptionId -?\d+-\d+)+$/, '') ?? null,
    exception: /<detail><(\w+) /.exec(text)?.[1] ?? null,
  };
}
