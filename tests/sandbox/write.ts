/** Writes answers: schema order, xsi:nil for null fields, the service's own prefixes. */

import { OBJECTS, type OperationSpec, RMI, type ServiceSpec, type SimpleType, type TypeSpec } from './contract.ts';
import { type Fields, isFields, type Value } from './values.ts';
import { escapeXml } from './xml.ts';

const HEAD = '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>';
const TAIL = '</soap:Body></soap:Envelope>';
export const EMPTY_ANSWER = `${HEAD}${TAIL}`;

/** A result of null is a nil `return`, an empty list no `return` at all. */
export function answerXml(service: ServiceSpec, operation: OperationSpec, result: Value): string {
  if (operation.output === null) return EMPTY_ANSWER;
  const { prefixes } = service;
  const name = prefixes.main === '' ? `${operation.name}Response` : `${prefixes.main}:${operation.name}Response`;
  const declarations =
    declaration(prefixes.main, service.ns) +
    declaration(prefixes.objects, OBJECTS) +
    declaration(prefixes.rmi, RMI) +
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  const content = typeXml(operation.output, { return: result });
  if (content === '') return `${HEAD}<${name}${declarations}/>${TAIL}`;
  return `${HEAD}<${name}${declarations}>${content}</${name}>${TAIL}`;
}

function declaration(prefix: string, ns: string): string {
  return prefix === '' ? ` xmlns="${ns}"` : ` xmlns:${prefix}="${ns}"`;
}

function typeXml(type: TypeSpec, fields: Fields): string {
  let xml = '';
  for (const field of type.fields) {
    const value = fields[field.name];
    if (value === null || value === undefined) {
      if (field.nillable && !field.list) xml += field.nil;
      else if (value === null && field.nillable) xml += field.nil;
      continue;
    }
    if (!Array.isArray(value)) {
      xml += field.open + valueXml(field.type, value) + field.close;
      continue;
    }
    for (const item of value) {
      if (item === null) xml += field.nil;
      else xml += field.open + valueXml(field.type, item) + field.close;
    }
  }
  return xml;
}

function valueXml(type: SimpleType | TypeSpec, value: Value): string {
  if (typeof type !== 'string') return isFields(value) ? typeXml(type, value) : '';
  if (typeof value === 'string') return type === 'date' ? `${value}Z` : escapeXml(value);
  return String(value);
}
