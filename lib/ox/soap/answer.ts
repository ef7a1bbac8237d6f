/**
 * Reads SOAP answers, distrusting them: well-formed, no DOCTYPE, the right operation, known types
 * (docs/ox.md, "On the wire").
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describeOperation, describeService, type FieldDescriptor, type ServiceDescriptor } from './contract.ts';
import { OxFault } from './fault.ts';

/** The answer is not one that OX gives; the message says why. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Throws AnswerError. */
export function decode(bytes: Buffer, charset = 'utf-8'): string {
  try {
    return (charset === 'utf-8' ? UTF_8 : new TextDecoder(charset, { fatal: true })).decode(bytes);
  } catch (error) {
    throw new AnswerError(`the answer is not valid ${charset}`, { cause: error });
  }
}

type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Decodes numeric references, which stay as they are otherwise.
  htmlEntities: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/** OX confirms changes with the same few bytes each time: what was understood once need not be parsed again. */
let emptyAnswer: string | null = null;

/** The operation's result; null: it has none, or it is nil. Throws OxFault and AnswerError. */
export function parseAnswer(service: string, operation: string, whole: string): unknown {
  const { result } = describeOperation(service, operation);
  const xml = whole.length > MOST_FOR_ONE ? withoutPictures(whole) : whole;
  if (xml.length > MOST_FOR_ONE) {
    throw new AnswerError(`the answer has ${xml.length} characters, far more than one object can need`);
  }
  if (!result && xml === emptyAnswer) {
    return null;
  }
  const [name, content] = bodyOf(result && operation.startsWith('create') ? idsOf(xml) : xml);
  if (name === null) {
    if (result) {
      throw new AnswerError('the answer has an empty Body, but the operation has a result');
    }
    emptyAnswer = xml;
    return null;
  }
  if (name !== `${operation}Response`) {
    throw new AnswerError(`the answer is for another operation: ${name.slice(0, 80)}`);
  }
  if (!result) {
    return null;
  }
  return (
    readField(describeService(service), result, isNode(content) ? content.return : undefined) ?? (result[3] ? [] : null)
  );
}

/** An element without content, and what it may be hidden in. */
const EMPTY_FIELD = /<(?!(?:[\w.-]+:)?(?:Body|return)\b)((?:[\w.-]+:)?[\w.-]+)(?: [^<>]*)?(?:\/>|><\/\1>)/g;
/** An element with nothing but text, unless it is an id. */
const TEXT_FIELD = /<(?!(?:[\w.-]+:)?(?:Body|return|id)\b)((?:[\w.-]+:)?[\w.-]+)(?: [^<>]*)?(?:\/>|>[^<]*<\/\1>)/g;
const HIDING = /<!\[CDATA\[|<!--/;
const FAULT = /<(?:[\w.-]+:)?Fault\b/;

/**
 * OX answers a creation with the whole object, of which the id alone is news. All else that is a mere text is dropped before
 * the answer is parsed, which is where the time of such answers goes.
 */
function idsOf(xml: string): string {
  return HIDING.test(xml) || FAULT.test(xml) ? xml : xml.replace(TEXT_FIELD, '');
}

/** The same for each user of a list, most of which is empty. */
function withoutEmptyFields(xml: string): string {
  return HIDING.test(xml) ? xml : xml.replace(EMPTY_FIELD, '');
}

/** An object of OX is some kilobytes, with its picture a few megabytes; parsing takes forty times the space of the text. */
export const MOST_FOR_ONE = 8 * 1024 * 1024;

/**
 * OX quirk: a new user's picture may have any size, and comes whole whenever the user is read. Seen: docs/ox.md, "Pictures".
 * So: nobody needs it, and where it is too large it is left out before the rest is read. It may not be at its end yet.
 */
export function withoutPictures(xml: string): string {
  const [head = '', ...afterTags] = xml.split(/(?<=<(?:[\w.-]+:)?image1>)/);
  return head + afterTags.map((text) => (text.includes('<') ? text.slice(text.indexOf('<')) : '')).join('');
}

/** One element of the operation's result, which is a list. */
export function readElement(service: string, operation: string, xml: string): unknown {
  const { result } = describeOperation(service, operation);
  refuseDoctype(xml);
  return result && readOne(describeService(service), result, (parseXml(withoutEmptyFields(xml)) as Node).return);
}

/** Throws the fault that the text holds; AnswerError if it holds none. */
export function parseFault(xml: string): never {
  const [name] = bodyOf(xml);
  throw new AnswerError(name === null ? 'an empty Body' : `no fault, but ${name.slice(0, 80)}`);
}

/** The Body's only element and its content; a Fault is thrown. */
export function bodyOf(xml: string): [string | null, unknown] {
  refuseDoctype(xml);
  const { Envelope: envelope } = parseXml(xml) as Node;
  if (!isNode(envelope) || !('Body' in envelope)) {
    throw new AnswerError('the answer is not a SOAP envelope');
  }
  const body = envelope.Body;
  if (!isNode(body)) {
    return [null, null];
  }
  const [name = null] = Object.keys(body).filter((each) => !each.startsWith('@') && each !== '#text');
  if (name === 'Fault') {
    throw faultOf(body.Fault);
  }
  return [name, name === null ? null : body[name]];
}

export function refuseDoctype(xml: string): void {
  if (xml.includes('<!DOCTYPE') || xml.includes('<!ENTITY')) {
    throw new AnswerError('the answer holds a DOCTYPE, which SOAP forbids');
  }
}

/** fast-xml-parser reads malformed XML without complaint: it is validated first. */
function parseXml(xml: string): unknown {
  const validity = XMLValidator.validate(xml);
  if (validity !== true) {
    const { line, msg } = validity.err;
    throw new AnswerError(`the answer is not well-formed XML (line ${line}: ${msg.slice(0, 120)})`);
  }
  try {
    return parser.parse(xml);
  } catch (error) {
    throw new AnswerError(`the answer cannot be read: ${error instanceof Error ? error.message.slice(0, 120) : ''}`);
  }
}

function faultOf(fault: unknown): OxFault {
  if (!isNode(fault)) {
    return new OxFault('a fault without text', '');
  }
  const detail = isNode(fault.detail)
    ? Object.keys(fault.detail).filter((each) => !each.startsWith('@') && each !== '#text')
    : [];
  return new OxFault(textOf(fault.faultstring), detail[0] ?? '');
}

function readField(service: ServiceDescriptor, field: FieldDescriptor, value: unknown): unknown {
  if (value === undefined) {
    return undefined;
  }
  if (field[3]) {
    return (Array.isArray(value) ? value : [value]).map((each) => readOne(service, field, each));
  }
  return readOne(service, field, Array.isArray(value) ? value[0] : value);
}

function readOne(service: ServiceDescriptor, field: FieldDescriptor, value: unknown): unknown {
  if (isNode(value) && (value['@nil'] === 'true' || value['@nil'] === '1')) {
    return null;
  }
  const fields = service.types[field[2]];
  return fields ? readFields(service, fields, value) : readScalar(field, textOf(value));
}

/** Elements that are not known come from a newer OX and are left out. */
function readFields(
  service: ServiceDescriptor,
  fields: readonly FieldDescriptor[],
  value: unknown,
): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  if (isNode(value)) {
    for (const field of fields) {
      const read = readField(service, field, value[field[0]]);
      if (read !== undefined) {
        object[field[0]] = read;
      }
    }
  }
  return object;
}

function readScalar([name, , type]: FieldDescriptor, text: string): string | number | boolean {
  if (type === 'boolean') {
    return text.trim() === 'true' || text.trim() === '1';
  }
  if (type !== 'int' && type !== 'long') {
    return text;
  }
  if (!/^\s*[+-]?\d{1,19}\s*$/.test(text)) {
    throw new AnswerError(`${name} is not a number`);
  }
  return Number(text);
}

function textOf(value: unknown): string {
  const text = isNode(value) ? value['#text'] : value;
  return typeof text === 'string' ? text : '';
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
