/** A small and strict XML reader: whole documents into trees, namespaces resolved, no DTD. */

export interface XmlAttribute {
  name: string;
  ns: string;
  value: string;
}

export interface XmlElement {
  name: string;
  ns: string;
  qname: string;
  nil: boolean;
  attributes: readonly XmlAttribute[];
  children: XmlElement[];
  text: string;
}

export class XmlError extends Error {
  readonly doctype: boolean;

  constructor(message: string, doctype = false) {
    super(message);
    this.doctype = doctype;
  }
}

type Scope = ReadonlyMap<string, string>;

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const NO_ATTRIBUTES: readonly XmlAttribute[] = [];
const ROOT_SCOPE: Scope = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
]);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 forbids.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}._·-]*(?::[\p{L}_][\p{L}\p{N}\p{M}._·-]*)?$/u;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const knownNames = new Set<string>();

/** Throws XmlError when the document is not well-formed or has a DOCTYPE. */
export function parseXml(document: string): XmlElement {
  const source = prepared(document);
  const stack: XmlElement[] = [];
  const scopes: Scope[] = [ROOT_SCOPE];
  let root: XmlElement | undefined;
  let pos = source.startsWith('<?xml ') ? after(source, '?>', 0) : 0;

  while (pos < source.length) {
    const open = source.indexOf('<', pos);
    const end = open === -1 ? source.length : open;
    const current = stack[stack.length - 1];
    if (end > pos) addText(current, source.slice(pos, end));
    if (open === -1) break;

    const kind = source.charCodeAt(open + 1);
    if (kind === 0x2f) {
      const close = source.indexOf('>', open);
      if (close === -1) throw new XmlError('end tag is not closed');
      const qname = source.slice(open + 2, close).trimEnd();
      if (current === undefined || current.qname !== qname) throw new XmlError(`unexpected end tag </${qname}>`);
      stack.pop();
      scopes.pop();
      pos = close + 1;
      continue;
    }
    if (kind === 0x21) {
      pos = skipDeclaration(source, open, current);
      continue;
    }
    if (kind === 0x3f) {
      if (/^<\?xml[\s?]/i.test(source.slice(open, open + 6))) throw new XmlError('misplaced XML declaration');
      pos = after(source, '?>', open);
      continue;
    }

    const tag = readStartTag(source, open, scopes[scopes.length - 1] ?? ROOT_SCOPE);
    if (current !== undefined) current.children.push(tag.element);
    else if (root === undefined) root = tag.element;
    else throw new XmlError('more than one root element');
    if (!tag.empty) {
      stack.push(tag.element);
      scopes.push(tag.scope);
    }
    pos = tag.end;
  }

  if (root === undefined) throw new XmlError('no root element');
  if (stack.length > 0) throw new XmlError(`<${stack[stack.length - 1]?.qname}> is not closed`);
  return root;
}

/** For text and attribute values alike. */
export function escapeXml(value: string): string {
  if (!/[&<>"\r]/.test(value)) return value;
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xd;');
}

function prepared(document: string): string {
  const source = document.charCodeAt(0) === 0xfeff ? document.slice(1) : document;
  if (FORBIDDEN.test(source) || !source.isWellFormed()) throw new XmlError('character not allowed in XML 1.0');
  return source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
}

function after(source: string, mark: string, from: number): number {
  const at = source.indexOf(mark, from);
  if (at === -1) throw new XmlError(`missing ${mark}`);
  return at + mark.length;
}

function addText(current: XmlElement | undefined, raw: string): void {
  if (current === undefined) {
    if (raw.trim() !== '') throw new XmlError('text outside of the root element');
    return;
  }
  if (raw.includes(']]>')) throw new XmlError(']]> in text');
  current.text += decode(raw);
}

function decode(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&([^;&]*)(;?)/g, (_all, name: string, semicolon: string) => {
    if (semicolon === '') throw new XmlError('& is not escaped');
    const known = ENTITIES[name];
    if (known !== undefined) return known;
    const number = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
    if (number === null) throw new XmlError(`unknown entity &${name};`);
    const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
      throw new XmlError('bad character reference');
    const char = String.fromCodePoint(code);
    if (FORBIDDEN.test(char)) throw new XmlError('character not allowed in XML 1.0');
    return char;
  });
}

function skipDeclaration(source: string, open: number, current: XmlElement | undefined): number {
  if (source.startsWith('<!--', open)) {
    const end = after(source, '-->', open + 4);
    if (source.slice(open + 4, end - 3).includes('--')) throw new XmlError('-- in a comment');
    return end;
  }
  if (source.startsWith('<![CDATA[', open)) {
    if (current === undefined) throw new XmlError('CDATA outside of the root element');
    const end = after(source, ']]>', open + 9);
    current.text += source.slice(open + 9, end - 3);
    return end;
  }
  if (source.startsWith('<!DOCTYPE', open)) throw new XmlError('DOCTYPE', true);
  throw new XmlError('unknown declaration');
}

interface StartTag {
  element: XmlElement;
  scope: Scope;
  empty: boolean;
  end: number;
}

const ATTRIBUTE = /\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;

function readStartTag(source: string, open: number, outer: Scope): StartTag {
  const close = source.indexOf('>', open);
  if (close === -1) throw new XmlError('start tag is not closed');
  const slash = source.charCodeAt(close - 1) === 0x2f;
  const inner = source.slice(open + 1, slash ? close - 1 : close);
  const space = inner.search(/\s/);
  if (space === -1) {
    return { element: newElement(inner, outer, NO_ATTRIBUTES), scope: outer, empty: slash, end: close + 1 };
  }

  const raw: [string, string][] = [];
  ATTRIBUTE.lastIndex = open + 1 + space;
  let pos = ATTRIBUTE.lastIndex;
  for (let match = ATTRIBUTE.exec(source); match !== null; match = ATTRIBUTE.exec(source)) {
    raw.push([match[1] ?? '', decode((match[2] ?? match[3] ?? '').replace(/[\t\n]/g, ' '))]);
    pos = ATTRIBUTE.lastIndex;
  }
  const rest = /\s*(\/?)>/y;
  rest.lastIndex = pos;
  const end = rest.exec(source);
  if (end === null) throw new XmlError('bad attribute');

  const scope = innerScope(raw, outer);
  const attributes = resolved(raw, scope);
  const element = newElement(inner.slice(0, space), scope, attributes);
  return { element, scope, empty: end[1] === '/', end: rest.lastIndex };
}

function innerScope(raw: [string, string][], outer: Scope): Scope {
  let scope: Map<string, string> | undefined;
  for (const [name, value] of raw) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    scope ??= new Map(outer);
    scope.set(name === 'xmlns' ? '' : name.slice(6), value);
  }
  return scope ?? outer;
}

function resolved(raw: [string, string][], scope: Scope): XmlAttribute[] {
  const found: XmlAttribute[] = [];
  const seen = new Set<string>();
  for (const [qname, value] of raw) {
    if (seen.has(qname)) throw new XmlError(`attribute ${qname} twice`);
    seen.add(qname);
    if (qname === 'xmlns' || qname.startsWith('xmlns:')) continue;
    checkName(qname);
    const colon = qname.indexOf(':');
    const ns = colon === -1 ? '' : namespaceOf(qname.slice(0, colon), scope);
    found.push({ name: qname.slice(colon + 1), ns, value });
  }
  return found;
}

function newElement(qname: string, scope: Scope, attributes: readonly XmlAttribute[]): XmlElement {
  checkName(qname);
  const colon = qname.indexOf(':');
  const ns = namespaceOf(colon === -1 ? '' : qname.slice(0, colon), scope);
  const nil =
    attributes.length > 0 &&
    attributes.some((a) => a.ns === XSI && a.name === 'nil' && ['true', '1'].includes(a.value.trim()));
  return { name: colon === -1 ? qname : qname.slice(colon + 1), ns, qname, nil, attributes, children: [], text: '' };
}

function checkName(qname: string): void {
  if (knownNames.has(qname)) return;
  if (!NAME.test(qname)) throw new XmlError(`bad name ${qname}`);
  if (knownNames.size < 5000) knownNames.add(qname);
}

function namespaceOf(prefix: string, scope: Scope): string {
  const ns = scope.get(prefix);
  if (ns === undefined) throw new XmlError(`prefix ${prefix} is not declared`);
  return ns;
}
