/** Reads an answer with a long list piece by piece as it comes: memory holds one element, whatever the list's length. */
import {
  AnswerError,
  bodyOf,
  decode,
  MOST_FOR_ONE,
  parseAnswer,
  readElement,
  refuseDoctype,
  withoutPictures,
} from './answer.ts';

/** Bytes. Shorter answers, empty ones and faults among them, are read as a whole. */
const LONG = 200_000;

const SPACE = 0x20;

export class ListReader {
  readonly #service: string;
  readonly #operation: string;
  readonly #trim: (element: unknown) => unknown;
  readonly #items: unknown[] = [];
  #pieces: Buffer[] = [];
  #size = 0;
  /** What has come and is not understood yet. */
  #pending: Buffer = Buffer.alloc(0);
  /** Where the search for the end of the element at hand goes on. */
  #searched = 0;
  /** A part of the picture of the element at hand is left out. */
  #isCut = false;
  /** What is around the elements; null: not known yet to be long. */
  #frame: { readonly head: string; readonly tag: string; hasEnded: boolean } | null = null;

  /** `trim` answers what is to be kept of an element. */
  constructor(service: string, operation: string, trim: (element: unknown) => unknown = (element) => element) {
    this.#service = service;
    this.#operation = operation;
    this.#trim = trim;
  }

  /** Throws AnswerError. */
  write(piece: Buffer): void {
    if (this.#frame !== null) {
      this.#pending = this.#pending.length === 0 ? piece : Buffer.concat([this.#pending, piece]);
      this.#takeElements(this.#frame);
      return;
    }
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#size > LONG) {
      this.#begin();
    }
  }

  /** The list. Throws OxFault and AnswerError. */
  finish(): unknown[] {
    if (this.#frame === null) {
      const list = parseAnswer(this.#service, this.#operation, decode(Buffer.concat(this.#pieces)));
      return (list as unknown[]).map(this.#trim);
    }
    const { head } = this.#frame;
    if (!this.#frame.hasEnded) {
      throw new AnswerError('the answer is not well-formed XML: it ends within a result');
    }
    const [name, rest] = bodyOf(head + decode(this.#pending));
    if (name !== `${this.#operation}Response`) {
      throw new AnswerError(`the answer is for another operation: ${String(name).slice(0, 80)}`);
    }
    if (typeof rest === 'object' && rest !== null && 'return' in rest) {
      throw new AnswerError('the elements of the answer do not follow each other');
    }
    return this.#items;
  }

  #begin(): void {
    this.#pending = Buffer.concat(this.#pieces);
    this.#pieces = [];
    // One character a byte: positions are those of the bytes.
    const opening = /<((?:[\w.-]+:)?return)(?=[\s/>])/.exec(this.#pending.toString('latin1'));
    const tag = opening?.[1];
    if (!opening || tag === undefined) {
      throw new AnswerError('a long answer without a result');
    }
    const head = decode(this.#pending.subarray(0, opening.index));
    refuseDoctype(head);
    this.#pending = this.#pending.subarray(opening.index);
    this.#frame = { head, tag, hasEnded: false };
    this.#takeElements(this.#frame);
  }

  /** `return` is no field of any type, so its end tag ends an element of the list. */
  #takeElements(frame: { readonly tag: string; hasEnded: boolean }): void {
    const opening = `<${frame.tag}`;
    while (!frame.hasEnded) {
      let start = 0;
      while ((this.#pending[start] ?? SPACE + 1) <= SPACE) {
        start += 1;
      }
      this.#pending = this.#pending.subarray(start);
      if (this.#pending.length < opening.length) {
        frame.hasEnded = !opening.startsWith(this.#pending.toString('latin1'));
        break;
      }
      if (this.#pending.toString('latin1', 0, opening.length) !== opening) {
        frame.hasEnded = true;
        break;
      }
      const end = this.#endOfElement(`</${frame.tag}>`);
      if (end < 0) {
        break;
      }
      const xml = decode(this.#pending.subarray(0, end));
      const element = readElement(this.#service, this.#operation, this.#isCut ? withoutPictures(xml) : xml);
      this.#items.push(this.#trim(element));
      this.#pending = this.#pending.subarray(end);
      this.#searched = 0;
      this.#isCut = false;
    }
    this.#refuseTooMuch();
  }

  /** -1: it is yet to come. */
  #endOfElement(closing: string): number {
    const bracket = this.#pending.indexOf('>');
    if (bracket < 0) {
      return -1;
    }
    if (this.#pending[bracket - 1] === '/'.charCodeAt(0)) {
      return bracket + 1;
    }
    const at = this.#pending.indexOf(closing, Math.max(bracket, this.#searched));
    this.#searched = Math.max(0, this.#pending.length - closing.length);
    return at < 0 ? -1 : at + closing.length;
  }

  #refuseTooMuch(): void {
    if (this.#pending.length > MOST_FOR_ONE) {
      this.#pending = Buffer.from(withoutPictures(this.#pending.toString('latin1')), 'latin1');
      this.#searched = 0;
      this.#isCut = true;
    }
    if (this.#pending.length > MOST_FOR_ONE) {
      throw new AnswerError('an element of the answer is far larger than one object can be');
    }
  }
}
