/**
 * Turns a request's XML into plain values the way OX's SOAP layer does, with its faults for what it cannot read
 * (docs/ox.md, "On the wire").
 */

import type { FieldSpec, OperationSpec, SimpleType, TypeSpec } from './contract.ts';
import { clientFault } from './faults.ts';
import type { Fields, Value } from './values.ts';
import type { XmlElement } from './xml.ts';

/** Elements an older client may send and OX drops silently. */
const DEPRECATED = new Set(['clusterWeight']);

interface Binding {
  hasResult: boolean;
  /** OX accepts requests in which nothing below the operation has a namespace. */
  anyNamespace: boolean;
  unknown: ReadonlySet<string>;
}

export function bindRequest(element: XmlElement, operation: OperationSpec, unknown: ReadonlySet<string>): Fields {
  const anyNamespace = element.children.length > 0 && element.children.every(hasNoNamespace);
  return bindType(element, operation.input, { hasResult: operation.output !== null, anyNamespace, unknown });
}

function hasNoNamespace(element: XmlElement): boolean {
  return element.ns === '' && element.children.every(hasNoNamespace);
}

function bindType(element: XmlElement, type: TypeSpec, binding: Binding): Fields {
  const fields: Fields = {};
  for (const child of element.children) {
    const field = type.byName.get(child.name);
    const known = field !== undefined && (binding.anyNamespace || field.ns === child.ns);
    if (!known || binding.unknown.has(child.name)) {
      if (DEPRECATED.has(child.name)) continue;
      throw unexpected(child, type, binding);
    }
    const value = bindField(child, field, binding);
    if (value === undefined) continue;
    if (!field.list) {
      fields[field.name] = value;
      continue;
    }
    const list = fields[field.name];
    if (Array.isArray(list)) list.push(value);
    else fields[field.name] = [value];
  }
  return fields;
}

function bindField(element: XmlElement, field: FieldSpec, binding: Binding): Value | undefined {
  if (element.nil) return null;
  if (typeof field.type !== 'string') return bindType(element, field.type, binding);
  const child = element.children[0];
  if (child !== undefined) throw unexpected(child, null, binding);
  return bindSimple(element.text, field.type, binding);
}

function bindSimple(text: string, type: SimpleType, binding: Binding): Value | undefined {
  if (type === 'string' || type === 'anyType') return text;
  const trimmed = text.trim();
  switch (type) {
    case 'int':
    case 'long': {
      if (trimmed === '') return 0;
      if (!/^[+-]?\d+$/.test(trimmed)) throw unreadable(`For input string: "${trimmed}"`, binding);
      return Number(trimmed);
    }
    case 'boolean':
      if (trimmed === 'true' || trimmed === '1') return true;
      if (trimmed === 'false' || trimmed === '0') return false;
      return undefined;
    case 'date':
      return bindDate(trimmed, binding);
    case 'base64Binary':
      return trimmed.replace(/\s+/g, '');
  }
}

/** The zone is dropped: only year, month and day count. */
function bindDate(text: string, binding: Binding): string {
  const match = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d:\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$/.exec(text);
  const day = match?.[1];
  if (day === undefined) throw unreadable(text, binding);
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) throw unreadable(text, binding);
  return day;
}

function unreadable(text: string, binding: Binding): Error {
  if (binding.hasResult) return clientFault('Invalid value in line 1, column 1. Please correct SOAP request.');
  return clientFault(`Unmarshalling Error: ${text}`);
}

function unexpected(child: XmlElement, type: TypeSpec | null, binding: Binding): Error {
  if (binding.hasResult) {
    const where = `"${child.name}" (URI="${child.ns}")`;
    return clientFault(`Unexpected element ${where}. Please remove that element from SOAP request.`);
  }
  const fields = type?.fields.filter((field) => !binding.unknown.has(field.name)) ?? [];
  const expected = fields.map((field) => `<{${field.ns}}${field.name}>`).join(',') || '(none)';
  const where = `(uri:"${child.ns}", local:"${child.name}")`;
  return clientFault(`Unmarshalling Error: unexpected element ${where}. Expected elements are ${expected}`);
}
