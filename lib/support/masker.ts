/**
 * Takes out of texts what is about people: the same value gets the same mark throughout one archive, so that it can be followed,
 * and nobody can tell from the mark what it stood for.
 */
import type { Properties } from '../model/udm.ts';

/** Says nothing of anybody, and is needed to understand the rest: times, names of queue files, names of errors of OX. */
const KEPT =
  /\d{4}-\d\d-\d\dT[\d:.]+Z?|\d{4}(?:-\d\d){5}(?:-\d+)?(?:\+\d+)?(?:-message)?\.(?:json|reason)|\b[\w.]*(?:Exception|Error)\b|\b[A-Z]{2,4}-\d{4}\b/g;

/** Stand for what is kept meanwhile: nobody writes them. */
const PRIVATE_USE = /[\ue000-\uf8ff]/g;
const FIRST_STAND_IN = 0xe000;
const MOST_KEPT = 0x1900;

function standIn(at: number): string {
  return String.fromCharCode(FIRST_STAND_IN + at);
}

const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;
export const DN = /(?:[\w-]+=(?:\\.|[^,"\\\n=])+, *)+[\w-]+=(?:\\.|[^,"'\s\\)])+/g;
export const RDN = /([\w-]+)=((?:\\.|[^,\\])+)/g;
export const MAIL = /[^\s"'<>@=,;:()«»]+@[^\s"'<>@=,;:()«»]+/g;
const QUOTED = /(=?)["“”]((?:\\.|[^"“”\\])*)["“”]/g;
const LONG_NUMBER = /\b\d{6,}\b/g;
const NOT_DONE = /[^\ue000-\uf8ff]+/g;

/** A word of a text. */
export const WORD = /[\p{L}\p{N}]+/gu;

/** Shorter ones are parts of every language. */
export const SHORTEST_WORD = 3;

/** Words that values in UDM hold as well, and that name nobody: those of every sentence, and technical ones. */
const VOCABULARY: ReadonlySet<string> = new Set(
  (
    'about after all also and any are because been before but can cannot for from has have into its more new not now once one only other ' +
    'out over same that the them then there these they this two use was were what when where which who will with without you your ' +
    'aber als auch auf aus bei das dem den der des die durch ein eine einen für ist mit nach nicht nur oder sich sie sind und vom von vor wird zum zur ' +
    'admin context contexts default error false group groups info listener mail mailbox null object objects oxadmin oxmail oxresources ' +
    'resource resources true user users warning'
  ).split(' '),
);

/** Properties that tell nothing about a person, and much about what went wrong. */
const TECHNICAL =
  /^(?:isOx\w*|oxAccess|oxContext|oxUserQuota|oxQuota|contextid|objectFlag|oxDb(?:Id|Context|Contexts|Skipped|Deletion)|udm_object_type|options|oxConnector\w*)$/;

export function isTechnical(property: string): boolean {
  return TECHNICAL.test(property);
}

export class Masker {
  readonly #key: Buffer;
  readonly #words: ReadonlySet<string>;
  readonly #secrets: readonly string[];

  /** `words`: in small letters, what is known to be about people. `secrets`: what must be nowhere, in whole or as a part. */
  constructor(words: ReadonlySet<string>, secrets: readonly string[]) {
    const crypto = process.getBuiltinModule('node:crypto');
    this.#key = crypto.randomBytes(32);
    this.#words = words;
    this.#secrets = secrets.filter((secret) => secret.length >= SHORTEST_WORD);
  }

  mark(value: string): string {
    const { createHmac } = process.getBuiltinModule('node:crypto');
    return `«${createHmac('sha256', this.#key).update(value.toLowerCase()).digest('hex').slice(0, 6)}»`;
  }

  /** Free text: a message, a line of the log. */
  text(given: string): string {
    const kept: string[] = [];
    // What is done with is out of the way of what follows.
    const keep = (text: string): string => (kept.length < MOST_KEPT ? standIn(kept.push(text) - 1) : text);
    const mark = (text: string): string => keep(this.mark(text));
    const text = this.#secrets
      .reduce((rest, secret) => rest.replaceAll(secret, '(a secret)'), given)
      .replace(PRIVATE_USE, '?')
      .replace(KEPT, keep)
      .replace(DN, (dn) => dn.replace(RDN, (_, name: string, value: string) => `${name}=${mark(value.trim())}`))
      .replace(UUID, mark)
      .replace(MAIL, (address) => address.split('@').map(mark).join('@'))
      .replace(QUOTED, (_, equals: string, inner: string) => quoted(equals, inner, mark))
      .replace(LONG_NUMBER, mark)
      .replace(WORD, (word) => (this.#isPersonal(word.toLowerCase()) ? mark(word) : word));
    return text.replace(PRIVATE_USE, (each) => kept[each.charCodeAt(0) - FIRST_STAND_IN] ?? '');
  }

  #isPersonal(word: string): boolean {
    return this.#words.has(word) && !VOCABULARY.has(word);
  }

  /** Of a finding: a DN, a path, or a name alone. */
  #name(text: string): string {
    const masked = this.text(text);
    return masked.includes('«') || text.startsWith('/') ? masked : this.mark(text);
  }

  /** A line of the log, in either of its forms, or of another program. */
  line(line: string): string {
    try {
      const record: unknown = line.startsWith('{') ? JSON.parse(line) : null;
      return record === null ? this.text(line) : JSON.stringify(this.answer(record));
    } catch {
      return this.text(line);
    }
  }

  /** Of a program's answer: every text in it; what was found and what was wanted, whole. */
  answer(value: unknown, key = ''): unknown {
    if (typeof value === 'string') {
      return key === 'before' || key === 'after'
        ? this.#shape(value)
        : key === 'object'
          ? this.#name(value)
          : this.text(value);
    }
    if (Array.isArray(value)) {
      return value.map((each) => this.answer(each, key));
    }
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.answer(each, name)]))
      : value;
  }

  /** A queue file or a last state: the names of the properties, and the shape of their values. */
  file({ object, ...envelope }: Properties): Record<string, unknown> {
    const properties = typeof object === 'object' && object !== null ? this.#object(object as Properties) : object;
    return { ...this.#object(envelope), object: properties };
  }

  #object(properties: Properties): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, isTechnical(name) ? value : this.#value(value)]),
    );
  }

  #value(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((each) => this.#value(each));
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, each], at) => [`key ${at + 1} ${this.mark(name)}`, this.#value(each)]),
      );
    }
    return value === null || typeof value === 'boolean' ? value : this.#shape(String(value), typeof value);
  }

  /** What may be wrong with it is in how it is written. */
  #shape(text: string, type = 'string'): string {
    if (text === '') {
      return '';
    }
    const peculiar = [
      ...(type === 'string' ? [] : [`a ${type}`]),
      // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is told
      ...(/[\u0000-\u001f\u007f]/.test(text) ? ['control characters'] : []),
      ...(/[\u0080-\uffff]/.test(text) ? ['not only ASCII'] : []),
      ...(text !== text.trim() ? ['blanks around it'] : []),
      ...(text.includes('@') ? ['an @'] : []),
    ];
    return `${this.mark(text)} ${[`${text.length} characters`, ...peculiar].join(', ')}`;
  }
}

/** A name; but the field of a line of the log is a text, in which names have quotes of their own. */
function quoted(equals: string, inner: string, mark: (text: string) => string): string {
  const names = equals === '' ? /^.*$/s : /(?<=\\")(?:[^"\\]|\\(?!"))*(?=\\")/g;
  return `${equals}"${inner.replace(names, (name) => name.replace(NOT_DONE, mark))}"`;
}
