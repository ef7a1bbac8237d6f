/** The words of some texts that are about people: they are part of a value of an object that is known, or of a DN or an address in the texts. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '../queue/inbox.ts';
import { DN, isTechnical, SHORTEST_WORD, WORD } from './masker.ts';

/** Texts of this length are pictures and certificates. */
const LONGEST_VALUE = 2000;

const ADDRESS = /[^\s"'<>@=,;:()]+@[^\s"'<>@=,;:()]+/g;
const VALUE = /=((?:\\.|[^,\\])+)/g;

/** `queue`: the queue's directory, if there is one; each file is read once, and only what the texts have as well is kept. */
export function personalWords(queue: string | null, texts: readonly string[]): ReadonlySet<string> {
  const inTexts = new Set(texts.flatMap((text) => wordsOf(text)));
  const personal = new Set<string>();
  const take = (text: string): void => {
    // Of a DN the values, not what they are called.
    for (const word of wordsOf(text.replace(DN, (dn) => [...dn.matchAll(VALUE)].map(([, value]) => value).join(' ')))) {
      if (inTexts.has(word)) {
        personal.add(word);
      }
    }
  };
  for (const text of texts) {
    for (const address of text.match(ADDRESS) ?? []) {
      take(address);
    }
    for (const dn of text.match(DN) ?? []) {
      take(dn);
    }
  }
  const directories = queue === null ? [] : ['', 'old', 'parked', 'dropped'].map((name) => join(queue, name));
  for (const directory of directories) {
    for (const name of namesIn(directory)) {
      eachText(readJson(join(directory, name)), '', take);
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

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith('.json'));
  } catch {
    // Without it there is nothing of it in the texts either.
    return [];
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readRegularFile(path)?.toString() ?? 'null');
  } catch {
    return null;
  }
}
