/** Reads a SOAP request: bytes, headers, envelope, operation, arguments; notes what a careful client must not do. */

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { bindRequest } from './bind.ts';
import type { OperationSpec, ServiceSpec } from './contract.ts';
import { clientFault, OxFault } from './faults.ts';
import { type Fields, fieldsOf, isFields, type Value } from './values.ts';
import { parseXml, type XmlElement, XmlError } from './xml.ts';

const SOAP_11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const SOAP_12 = 'http://www.w3.org/2003/05/soap-envelope';

export function headerViolations(request: IncomingMessage): string[] {
  const found: string[] = [];
  const type = request.headers['content-type'] ?? '';
  if (!/^text\/xml\s*;\s*charset="?utf-8"?\s*$/i.test(type)) {
    found.push(`Content-Type is "${type}" instead of "text/xml; charset=utf-8"`);
  }
  if (request.headers['content-length'] === undefined) found.push('no Content-Length');
  return found;
}

export function actionViolation(request: IncomingMessage, operation: string): string | null {
  const action = request.headers.soapaction;
  return action === `"urn:${operation}"` ? null : `SOAPAction is ${String(action)} instead of "urn:${operation}"`;
}

/** Without a charset OX reads ISO-8859-1, whatever the XML declaration says. */
export function decodeBody(body: Buffer, contentType: string | undefined): string {
  const charset = /charset="?([^";\s]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  if (charset === undefined || charset === 'iso-8859-1') return body.toString('latin1');
  if (charset !== 'utf-8' && charset !== 'utf8') return new TextDecoder(charset).decode(body);
  if (!isUtf8(body)) throw new XmlError('invalid UTF-8');
  return body.toString('utf8');
}

/** The operation element; throws OxFault for what is no SOAP 1.1 request. */
export function operationElement(xml: string): XmlElement {
  const envelope = parseXml(xml);
  if (envelope.ns === SOAP_12) {
    const text = 'A SOAP 1.2 message is not valid when sent to a SOAP 1.1 only endpoint.';
    throw new OxFault('soap:VersionMismatch', null, text, 0);
  }
  if (envelope.ns !== SOAP_11 || envelope.name !== 'Envelope') {
    const text = `"${envelope.ns}", the namespace on the "${envelope.name}" element, is not a valid SOAP version.`;
    throw new OxFault('soap:VersionMismatch', null, text, 0);
  }
  const body = envelope.children.find((child) => child.ns === SOAP_11 && child.name === 'Body');
  const element = body?.children[0];
  if (element === undefined) throw noPart();
  return element;
}

export function operationOf(element: XmlElement, service: ServiceSpec): OperationSpec {
  const operation = service.operations.get(element.name);
  if (operation === undefined || (element.ns !== service.ns && element.ns !== '')) throw noPart();
  return operation;
}

export function readArguments(element: XmlElement, operation: OperationSpec, unknown: string[]): Fields {
  return bindRequest(element, operation, new Set(unknown));
}

export function parseFault(cause: XmlError): OxFault {
  if (cause.doctype) {
    return clientFault('Error reading XMLStreamReader: Received event DTD, instead of START_ELEMENT or END_ELEMENT.');
  }
  return clientFault(`Error reading XMLStreamReader: ${cause.message}`);
}

export function contextOf(args: Fields): number | string | null {
  const context = fieldsOf(args, 'ctx') ?? fieldsOf(args, 'context') ?? fieldsOf(args, 'src');
  return context === undefined ? null : idOrName(context.id, context.name);
}

/** Name and id of what the call is about: the first user, group, resource, account address, else the context. */
export function objectsOf(args: Fields): (number | string)[] {
  const data = fieldsOf(args, 'accountDataOnCreate');
  const address = data?.primaryAddress ?? args.primaryAddress;
  if (typeof address === 'string') return [address];
  for (const name of ['usrdata', 'user', 'usr', 'grp', 'res', 'users', 'grps', 'resources', 'ctx']) {
    const value = args[name];
    const object = Array.isArray(value) ? value[0] : value;
    if (!isFields(object)) continue;
    return [object.name, object.id].filter(isIdOrName);
  }
  return [];
}

function idOrName(id: Value | undefined, name: Value | undefined): number | string | null {
  return [id, name].find(isIdOrName) ?? null;
}

function isIdOrName(value: Value | undefined): value is number | string {
  return (typeof value === 'number' && value !== 0) || (typeof value === 'string' && value !== '');
}

function noPart(): OxFault {
  return clientFault('NO_PART_FOUND');
}
