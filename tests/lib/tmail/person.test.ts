/** Which of its addresses an entry's mailbox has. */
import { personOfEntry } from '../../../lib/tmail/person.ts';

const attributes = {
  address: ['mailPrimaryAddress', 'mail'],
  aliases: [],
  forwards: [],
  mappings: [],
  quota: [],
  firstname: [],
  lastname: [],
};

it.each<[string, Record<string, string[]>, string | undefined, string | undefined]>([
  ['the first attribute', { mailprimaryaddress: ['b@x.example'], mail: ['a@x.example'] }, undefined, 'b@x.example'],
  [
    'it, though another one still has the former',
    { mailprimaryaddress: ['b@x.example'], mail: ['a@x.example'] },
    'a@x.example',
    'b@x.example',
  ],
  [
    'of several values the former',
    { mailprimaryaddress: ['b@x.example', 'A@x.example'] },
    'a@x.example',
    'a@x.example',
  ],
  [
    'the next where it has none',
    { mailprimaryaddress: [' '], mail: ['b@x.example', 'a@x.example'] },
    'a@x.example',
    'a@x.example',
  ],
  ['nothing', { mail: [''] }, 'a@x.example', undefined],
])('takes %s', (_, given, former, expected) => {
  const entry = {
    dn: 'uid=a',
    values: new Map([['entryuuid', ['id']], ...Object.entries(given)] as [string, string[]][]),
  };
  expect(personOfEntry(entry, { attributes, localCopy: false }, () => former)?.address).toBe(expected);
});
