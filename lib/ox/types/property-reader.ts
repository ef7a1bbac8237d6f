/** Reads one property of a UDM user as the OX field wants it. No effects. */
import type { ConnectorError } from '../../errors/connector-error.ts';
import { readDay } from '../../model/day.ts';
import { isJpeg, isWholeJpeg } from '../../model/jpeg.ts';
import { readFlag, readInteger, readText, readTexts } from '../../model/udm.ts';
import type { Limit } from './lengths.ts';
import { propertyInvalid, sendable } from './sendable.ts';

/** A value; why there is none that OX could take; null: the property is empty. */
export type Read =
  | { readonly value: string | number | boolean | readonly string[] }
  | { readonly unusable: string }
  | null;

/** OX quirk: a larger one can never be changed again. Seen: docs/ox.md, "Pictures", in bytes. So: it is not sent. */
const LARGEST_PICTURE = 4_194_304;

const INT_LIMIT = 2 ** 31;

export function propertyReader(property: string, given: unknown, position: number, dn: string) {
  const invalid = (what: string): ConnectorError =>
    propertyInvalid(dn, property, `the property ${property} of ${dn} ${what}`);
  const isNo = (text: string, what: string) => ({ unusable: `${property} is ${quoted(text)}, which is no ${what}` });
  /** `limit` null: it is not to be stored as it is. */
  const readOne = (limit: Limit | null): string | null => {
    const one = Array.isArray(given) ? (given[position] as unknown) : given;
    if (typeof one === 'object' && one !== null) {
      throw invalid(`is ${Array.isArray(one) ? 'a list of lists' : 'an object'}, expected text`);
    }
    if (typeof one === 'number' && Math.abs(one) > Number.MAX_SAFE_INTEGER) {
      throw invalid(`is ${quoted(String(one))}, a number too large to be kept exactly`);
    }
    const text = readText(given, position);
    return text === null ? null : sendable(text, limit, property, dn);
  };
  const readAs = (read: (text: string) => string | number | boolean | { readonly unusable: string }): Read => {
    const text = readOne(null);
    const found = text === null ? null : read(text);
    return typeof found === 'object' ? found : { value: found };
  };
  return {
    text: readOne,
    texts: (limit: Limit | null): readonly string[] =>
      readTexts(given).map((each) => sendable(each, limit, property, dn)),
    /** One that would not arrive as it is, is refused: what comes of rounding is another value. */
    integer: (type: 'int' | 'long'): Read =>
      readAs((text) => {
        const value = readInteger(text);
        const isLarge = value === null ? /^\s*-?\d+\s*$|e\+/i.test(text) : type === 'int' && !isInt(value);
        if (isLarge) {
          throw invalid(`is ${quoted(text)}, a number too large to be kept exactly`);
        }
        return value ?? isNo(text, 'integer');
      }),
    boolean: (): Read => readAs((text) => readFlag(text) ?? isNo(text, 'boolean')),
    /** `YYYY-MM-DD`. */
    day: (): Read => readAs((text) => readDay(text) ?? isNo(text, 'day')),
    /** A JPEG picture in base64. */
    picture: (): Read =>
      readAs((text) => {
        const base64 = text.replace(/\s+/g, '');
        const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && base64.length % 4 === 0;
        const bytes = Buffer.from(isBase64 ? base64 : '', 'base64');
        if (!isJpeg(bytes)) {
          return { unusable: `${property} is not a JPEG picture in base64` };
        }
        if (bytes.length > LARGEST_PICTURE) {
          return { unusable: `${property} is a picture of ${bytes.length} bytes, OX takes ${LARGEST_PICTURE}` };
        }
        return isWholeJpeg(bytes) ? base64 : { unusable: `${property} is a JPEG picture that is cut off` };
      }),
  };
}

function isInt(value: number): boolean {
  return value < INT_LIMIT && value >= -INT_LIMIT;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
