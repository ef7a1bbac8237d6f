/** Files that are let go may come back with a power cut, but never to undo a later change of their object. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openInbox } from '../../../lib/queue/inbox.ts';
import { Removals } from '../../../lib/run/removals.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();

function start() {
  const inbox = openInbox(folder(), envelopeMistakes);
  let syncs = 0;
  const removals = new Removals({
    ...inbox,
    sync: () => {
      syncs += 1;
      inbox.sync();
    },
  });
  const remove = (name: string, ...keys: string[]): void => {
    writeFileSync(join(folder(), name), '{}');
    removals.remove(name, keys);
  };
  return { removals, remove, syncs: () => syncs };
}

it('are gone at once, and durably before OX is asked to change the same object', () => {
  const { removals, remove, syncs } = start();
  remove('1.json', 'a', 'dn:a');
  expect(existsSync(join(folder(), '1.json'))).toBe(false);
  removals.beforeChange(['b', 'dn:b']);
  expect(syncs()).toBe(0);
  removals.beforeChange(['c', 'dn:a']);
  expect(syncs()).toBe(1);
  // What is durable need not be made so again.
  removals.beforeChange(['a']);
  expect(syncs()).toBe(1);
});

it('are made durable together, before too many may come back', () => {
  const { remove, syncs } = start();
  for (let at = 0; at < 99; at += 1) {
    remove(`${at}.json`, String(at));
  }
  expect(syncs()).toBe(0);
  remove('last.json', 'last');
  expect(syncs()).toBe(1);
});

it('are durable before a newer file of the same object goes: without it the older one would be carried out', () => {
  const { remove, syncs } = start();
  remove('1.json', 'a');
  remove('2.json', 'b', 'dn:b');
  expect(syncs()).toBe(0);
  remove('3.json', 'a', 'dn:a');
  expect(syncs()).toBe(1);
});
