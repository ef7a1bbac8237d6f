/** The words of some texts that are about people: they are part of a value of an object that is known, or of a DN or an address in the texts. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ifPossible } from '../errors/if-possible.ts';
import { readRegularFile } from '../queue/inbox.ts';
import { DN, isTechnical, MAIL, RDN, SHORTEST_WORD, WORD } from './masker.ts';

/** Texts of this length are pictures and certificates. */
const LONGEST_VALUE = 2000;

/** `queue`: the queue's directory, if there is one; each file is read once, and only what the texts have as well is kept. */
export function personalWords(queue: string | null, texts: readonly string[]): ReadonlySet<string> {
  const inTexts = new Set(texts.flatMap((text) => wordsOf(text)));
  const personal = new Set<string>();
  const take = (text: string): void => {
    // Of a DN the values, not what they are called.
    for (const word of wordsOf(text.replace(DN, (dn) => dn.replace(RDN, '$2')))) {
      if (inTexts.has(word)) {
        personal.add(word);
      }
    }
  };
  for (const found of texts.flatMap((text) => [...(text.match(MAIL) ?? []), ...(text.match(DN) ?? [])])) {
    take(found);
  }
  const directories = queue === null ? [] : ['', 'old', 'parked', 'dropped'].map((name) => join(queue, name));
  for (const directory of directories) {
    // Of what cannot be read there is nothing in the texts either.
    for (const name of (ifPossible(() => readdirSync(directory)) ?? []).filter((each) => each.endsWith('.json'))) {
      const read = () => JSON.parse(readRegularFile(join(directory, name))?.toString() ?? 'null') as unknown;
      eachText(ifPossible(read), '', take);
    }
  }
  return personal;
}

function wordsOf(text: string): string[] {
  return (text.match(WORD) ?? []).filter((word) => word.length >= SHORTEST_WORD).map((word) => word.toLowerCase());
}

function eachText(value: unknown, key: string, take: (text: string) => void): void {
  if (isTechnical(key)) {
    return;
  }
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value);
    if (text.length <= LONGEST_VALUE) {
      take(text);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      eachText(each, Array.isArray(value) ? key : name, take);
    }
  }
}
