/**
 * Which services there are and what their contracts hold differs by version: the options say what this OX has
 * (docs/ox.md, "Versions").
 */

import { readService, type ServiceSpec } from './contract.ts';
import type { SandboxOptions } from './types.ts';

const GUEST = '<xs:element name="convertguest" type="xs:boolean" minOccurs="0" nillable="true"/>';
const USER_CREATION = /(<xs:element name="create">\s*<xs:complexType>\s*<xs:sequence>[\s\S]*?name="usrdata"[^>]*\/>)/;
/** getVersion wherever it is declared: elements, messages, operations. */
const GET_VERSION =
  /\s*<(xs:element|wsdl:message|wsdl:operation) name="getVersion(?:Response)?">[\s\S]*?<\/\1>(?=\s*<(?:xs:element|\/xs:schema|wsdl:message|\/wsdl:portType|\/wsdl:binding|wsdl:operation)|\s*$)/g;
const VERSION_SINCE = '8.35.276';

const editions = new WeakMap<ServiceSpec, ServiceSpec>();

/** Undefined: not installed. */
export function editionOf(
  contract: Map<string, ServiceSpec>,
  name: string,
  options: SandboxOptions,
): ServiceSpec | undefined {
  const service = contract.get(name);
  if (service === undefined || options.absentServices.includes(name)) return undefined;
  if (name === 'OXUserService' && options.convertGuest) return edited(service, withGuests);
  if (name === 'OXUtilService' && isBefore(options.version, VERSION_SINCE)) return edited(service, withoutVersion);
  return service;
}

/** As it is fetched: elements that this OX does not know are left out, the address repeats the request's. */
export function wsdlOf(service: ServiceSpec, options: SandboxOptions, base: string): string {
  let text = service.wsdl.replace(/(<soap:address location=")[^"]*/, `$1${base}/webservices/${service.name}`);
  for (const name of options.unknownElements) {
    text = text.replaceAll(new RegExp(`\\s*<xs:element name="${name}"[^>]*/>`, 'g'), '');
  }
  return text;
}

function edited(service: ServiceSpec, edit: (wsdl: string) => string): ServiceSpec {
  const known = editions.get(service);
  if (known !== undefined) return known;
  const edition = readService(service.name, edit(service.wsdl));
  editions.set(service, edition);
  return edition;
}

function withGuests(wsdl: string): string {
  return wsdl.replace(USER_CREATION, `$1${GUEST}`);
}

function withoutVersion(wsdl: string): string {
  return wsdl.replaceAll(GET_VERSION, '');
}

function isBefore(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
