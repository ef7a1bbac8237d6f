/** Which services OX offers, since which version, and how long its certificate is valid: as far as the WSDLs tell. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type Finding, finding } from './finding.ts';

export interface ServerAddress {
  readonly soapServer: string;
  /** Seconds. */
  readonly timeout: number;
  readonly readCertificates: () => string;
}

export interface Description {
  readonly status: number;
  readonly wsdl: string;
  /** null: no https. */
  readonly certificateEnd: Date | null;
}

const SERVICES = [
  'OXContextService',
  'OXUserService',
  'OXGroupService',
  'OXResourceService',
  'OXSecondaryAccountService',
  'OXUserCopyService',
] as const;

/** What came with which version (FACTS 1), newest first. */
const NEWS: readonly (readonly [version: string, service: (typeof SERVICES)[number], text: string, what: string])[] = [
  ['8.10', 'OXResourceService', 'name="permissions"', 'resources with permissions'],
  ['7.10.6', 'OXSecondaryAccountService', 'definitions', 'secondary accounts'],
  ['7.10.4', 'OXContextService', 'name="gabMode"', 'gabMode of contexts'],
];

const DAY = 24 * 60 * 60 * 1000;
const SOON_DAYS = 30;
const MOST_BYTES = 4 * 1024 * 1024;

/** A server that cannot be reached is told by the first call, with its reason: here it is no finding. */
export async function checkServices(address: ServerAddress, now: Date): Promise<Finding[]> {
  const described = new Map<string, Description>();
  for (const service of SERVICES) {
    const description = await describe(address, service).catch(() => null);
    if (description === null) {
      return [];
    }
    described.set(service, description);
  }
  return [...judgeServices(described), ...judgeCertificate([...described.values()][0]?.certificateEnd ?? null, now)];
}

export function judgeServices(described: ReadonlyMap<string, Description>): Finding[] {
  const missing = SERVICES.filter((service) => described.get(service)?.status === 404);
  const has = NEWS.find(([, service, text]) => {
    const description = described.get(service);
    return description?.status === 200 && description.wsdl.includes(text);
  });
  return [
    ...missing.map((service) => finding('service-missing', `OX does not offer ${service}`, { object: service })),
    ...(has ? [finding('version', `OX is of version ${has[0]} or newer: it has ${has[3]}`)] : []),
  ];
}

export function judgeCertificate(end: Date | null, now: Date): Finding[] {
  if (end === null) {
    return [];
  }
  const days = Math.floor((end.getTime() - now.getTime()) / DAY);
  const kind = days < SOON_DAYS ? 'certificate-expires' : 'certificate';
  return [
    finding(kind, `the certificate of OX is valid for ${days} more days, until ${end.toISOString().slice(0, 10)}`),
  ];
}

function describe({ soapServer, timeout, readCertificates }: ServerAddress, service: string): Promise<Description> {
  const url = new URL(soapServer);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/webservices/${service}`;
  url.search = '?wsdl';
  const secure = url.protocol === 'https:';
  const http = process.getBuiltinModule(secure ? 'node:https' : 'node:http');
  const options = { agent: false, timeout: timeout * 1000, ...(secure ? { ca: readCertificates() } : {}) };
  return new Promise((resolve, reject) => {
    const request = http.get(url, options, (response) => {
      const certificateEnd = secure ? endOf(response.socket as TLSSocket) : null;
      read(response).then((wsdl) => resolve({ status: response.statusCode ?? 0, wsdl, certificateEnd }), reject);
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
