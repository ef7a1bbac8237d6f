/** What to do about what the server refuses: one table, searched from the top. */

interface Remedy {
  readonly status?: number;
  readonly text?: RegExp;
  readonly advice: string;
}

const REMEDIES: readonly Remedy[] = [
  {
    text: /already have associated mappings/i,
    advice:
      'The address is the source of an alias, forward, group or mapping, which the answer names: remove that first, or give the person another address.',
  },
  {
    status: 409,
    text: /loop/i,
    advice: 'Forwards, aliases or mappings lead back to where they start: remove one of them.',
  },
  {
    status: 409,
    advice: 'Another object on the server has the address: remove it there, or take another address.',
  },
  {
    text: /domain.*(?:does not exist|doesn't exist|not exist|unknown|not found|no such|is not)|not contain.*domain|belong to.*domain/i,
    advice: 'The server does not have the domain: add it (PUT /domains/NAME), or correct the address.',
  },
  {
    status: 404,
    text: /can not be found/i,
    advice:
      'The server does not know this kind of thing: an Apache James has no domain contacts; take "contact" out of facets.',
  },
  {
    status: 404,
    advice: 'The server has no account of this address: its creation comes first.',
  },
  {
    status: 500,
    advice:
      'Where forwards, aliases or mappings that mail would go on to form a circle (listener_trigger check names it), remove one of them: James fails ' +
      "over every value that leads there. Else look into the server's own log.",
  },
];

const OTHERWISE = 'Correct the value in the directory; the next run tries it again.';

export function remedyForAnswer(status: number, words: string): string {
  const found = REMEDIES.find(
    (remedy) =>
      (remedy.status === undefined || remedy.status === status) &&
      (remedy.text === undefined || remedy.text.test(words)),
  );
  return found?.advice ?? OTHERWISE;
}
