/**
 * Writes SOAP requests: every element in the schema's order and namespace. `undefined` is left out, `null` is
 * `xsi:nil`; unknown fields, wrong types and characters that XML cannot carry are refused.
 */
import { ConnectorError } from '../../errors/connector-error.ts';
import {
  describeOperation,
  describeService,
  type FieldDescriptor,
  NAMESPACES,
  type ServiceDescriptor,
} from './contract.ts';

const OPEN =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
  `${NAMESPACES.map((uri, index) => ` xmlns:n${index}="${uri}"`).join('')}><soap:Body>`;
const CLOSE = '</soap:Body></soap:Envelope>';

/** XML 1.0, production 2, without the surrogates (which a well-formed string has in pairs only). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** The position of the first character that XML 1.0 cannot carry; null: there is none. */
export function unsendableAt(text: string): number | null {
  const control = text.search(NOT_XML);
  if (control >= 0) {
    return control;
  }
  if (text.isWellFormed()) {
    return null;
  }
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(text);
  return lone ? lone.index : null;
}

export function serialize(service: string, operation: string, input: object): string {
  const descriptor = describeOperation(service, operation);
  const tag = `n${descriptor.namespace}:${operation}`;
  const body = writeFields(describeService(service), descriptor.input, input, `${service}.${operation}`);
  return `${OPEN}<${tag}>${body}</${tag}>${CLOSE}`;
}

function writeFields(
  service: ServiceDescriptor,
  fields: readonly FieldDescriptor[],
  values: object,
  path: string,
): string {
  const given = values as Readonly<Record<string, unknown>>;
  let xml = '';
  let count = 0;
  for (const field of fields) {
    const value = given[field[0]];
    if (value === undefined) {
      continue;
    }
    count += 1;
    xml += field[3] ? writeList(service, field, value, path) : writeField(service, field, value, path);
  }
  if (count !== countGiven(given)) {
    const known = new Set(fields.map(([name]) => name));
    const unknown = Object.keys(given).filter((name) => given[name] !== undefined && !known.has(name));
    throw new Error(`${path} has no field ${unknown.join(', ')}`);
  }
  return xml;
}

function countGiven(values: Readonly<Record<string, unknown>>): number {
  let count = 0;
  for (const name in values) {
    if (values[name] !== undefined) {
      count += 1;
    }
  }
  return count;
}

function writeList(service: ServiceDescriptor, field: FieldDescriptor, value: unknown, path: string): string {
  if (!Array.isArray(value)) {
    throw wrongType(path, field, value);
  }
  let xml = '';
  for (const each of value) {
    xml += writeField(service, field, each, path);
  }
  return xml;
}

function writeField(service: ServiceDescriptor, field: FieldDescriptor, value: unknown, path: string): string {
  const [name, namespace, type] = field;
  const tag = `n${namespace}:${name}`;
  if (value === null) {
    return `<${tag} xsi:nil="true"/>`;
  }
  const fields = service.types[type];
  if (!fields) {
    return `<${tag}>${writeScalar(field, value, path)}</${tag}>`;
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw wrongType(path, field, value);
  }
  return `<${tag}>${writeFields(service, fields, value, `${path}.${name}`)}</${tag}>`;
}

const INT_LIMIT = 2 ** 31;

function writeScalar(field: FieldDescriptor, value: unknown, path: string): string {
  const type = field[2];
  if (type === 'boolean' && typeof value === 'boolean') {
    return value ? 'true' : 'false';
  }
  if ((type === 'int' || type === 'long') && Number.isSafeInteger(value)) {
    const number = value as number;
    if (type === 'long' || (number < INT_LIMIT && number >= -INT_LIMIT)) {
      return String(number);
    }
  }
  if (typeof value !== 'string') {
    throw wrongType(path, field, value);
  }
  if (type === 'string') {
    return escapeText(value, field, path);
  }
  if (type === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(value)) {
    return value;
  }
  if (type === 'base64Binary' && /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0) {
    return value;
  }
  throw wrongType(path, field, value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // An XML parser reads a bare carriage return as a line feed.
  '\r': '&#13;',
};

function escapeText(text: string, field: FieldDescriptor, path: string): string {
  const at = unsendableAt(text);
  if (at !== null) {
    const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
    throw new ConnectorError(
      'PROPERTY_INVALID',
      `${path}.${field[0]} holds the character U+${code}, which XML cannot carry`,
      { fields: { operation: path }, remedy: 'Remove the character from the property in UDM.' },
    );
  }
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (special) => ESCAPES[special] ?? special) : text;
}

function wrongType(path: string, [name, , type, list]: FieldDescriptor, value: unknown): Error {
  return new Error(`${path}.${name} is ${typeof value}, expected ${list ? 'a list of ' : ''}${type}`);
}
