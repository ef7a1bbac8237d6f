/** Reads one property of a UDM user as the OX field wants it. No effects. */
import type { ConnectorError } from '../../errors/connector-error.ts';
import { readDay } from '../../model/day.ts';
import { isJpeg, isWholeJpeg } from '../../model/jpeg.ts';
import { readFlag, readInteger, readText, readTexts } from '../../model/udm.ts';
import { fitting, type Limit } from './lengths.ts';
import { propertyInvalid } from './property-invalid.ts';
import { sendable } from './sendable.ts';

/** A value; why there is none that OX could take; null: the property is empty. */
export type Read =
  | { readonly value: string | number | boolean | readonly string[] }
  | { readonly unusable: string }
  | null;

/** OX quirk: a larger one can never be changed again. Seen: docs/ox.md, "Pictures", in bytes. So: it is not sent. */
const LARGEST_PICTURE = 4_194_304;

const INT_LIMIT = 2 ** 31;

export class PropertyReader {
  readonly #property: string;
  readonly #value: unknown;
  readonly #position: number;
  readonly #dn: string;

  constructor(property: string, value: unknown, position: number, dn: string) {
    this.#property = property;
    this.#value = value;
    this.#position = position;
    this.#dn = dn;
  }

  text(): string | null {
    const one = Array.isArray(this.#value) ? (this.#value[this.#position] as unknown) : this.#value;
    if (typeof one === 'object' && one !== null) {
      throw this.#invalid(`is ${Array.isArray(one) ? 'a list of lists' : 'an object'}, expected text`);
    }
    const text = readText(this.#value, this.#position);
    return text === null ? null : sendable(text, this.#property, this.#dn);
  }

  /** One that is to be stored as it is. */
  stored(limit: Limit | null): string | null {
    const text = this.text();
    return text === null ? null : fitting(text, limit, this.#property, this.#dn);
  }

  texts(limit: Limit | null): readonly string[] {
    return readTexts(this.#value).map((each) =>
      fitting(sendable(each, this.#property, this.#dn), limit, this.#property, this.#dn),
    );
  }

  /** One that would not arrive as it is, is refused: what comes of rounding is another value. */
  integer(type: 'int' | 'long'): Read {
    return this.#as((text) => {
      const value = readInteger(text);
      const isLarge = value === null ? /^\s*-?\d+\s*$|e\+/i.test(text) : type === 'int' && !isInt(value);
      if (isLarge) {
        throw this.#invalid(`is ${quoted(text)}, a number too large to be kept exactly`);
      }
      return value ?? { unusable: this.#isNo(text, 'integer') };
    });
  }

  boolean(): Read {
    return this.#as((text) => readFlag(text) ?? { unusable: this.#isNo(text, 'boolean') });
  }

  /** `YYYY-MM-DD`. */
  day(): Read {
    return this.#as((text) => readDay(text) ?? { unusable: this.#isNo(text, 'day') });
  }

  /** A JPEG picture in base64. */
  picture(): Read {
    return this.#as((text) => {
      const base64 = text.replace(/\s+/g, '');
      const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && base64.length % 4 === 0;
      const bytes = Buffer.from(isBase64 ? base64 : '', 'base64');
      if (!isJpeg(bytes)) {
        return { unusable: `${this.#property} is not a JPEG picture in base64` };
      }
      if (bytes.length > LARGEST_PICTURE) {
        return { unusable: `${this.#property} is a picture of ${bytes.length} bytes, OX takes ${LARGEST_PICTURE}` };
      }
      return isWholeJpeg(bytes) ? base64 : { unusable: `${this.#property} is a JPEG picture that is cut off` };
    });
  }

  #as(read: (text: string) => string | number | boolean | { readonly unusable: string }): Read {
    const text = this.text();
    const found = text === null ? null : read(text);
    return typeof found === 'object' ? found : { value: found };
  }

  #isNo(text: string, what: string): string {
    return `${this.#property} is ${quoted(text)}, which is no ${what}`;
  }

  #invalid(what: string): ConnectorError {
    return propertyInvalid(this.#dn, this.#property, `the property ${this.#property} of ${this.#dn} ${what}`);
  }
}

function isInt(value: number): boolean {
  return value < INT_LIMIT && value >= -INT_LIMIT;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
