/** The built binary is killed at a request, before or after the server carries it out, and started again: the same end as undisturbed. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'ldapts';
import { QueueWorld } from '../harness/tmail/queue-world.ts';
import { type Mailbox, type PersonEntry, World } from '../harness/tmail/world.ts';
import { type RunResult, runBinary } from '../harness/workplace.ts';
import { type StandIn, startStandIn } from '../sandbox/tmail/stand-in.ts';
import { everyNth } from './campaign.ts';
import { useDirectory } from './site.ts';
import { changePerson, missingForSlapd, PEOPLE, putPerson, READER, type Slapd } from './slapd.ts';
import { describeOrSkip } from './tools.ts';

const TOKEN = 'a-token';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: TOKEN });
});
afterAll(() => standIn.stop());

/** What is wished before and after: a chain of renames, values that come and go, a mailbox that goes, one that comes under its address. */
const BEFORE: readonly (readonly [string, PersonEntry])[] = [
  ['anna', { alias: ['info', 'sales'], forward: ['f@other.example', 'g@other.example'], quota: '5', last: 'A' }],
  ['chain', { alias: ['c.c'], last: 'C' }],
  ['leaver', { alias: ['l.l'], forward: ['x@other.example'], quota: '9', last: 'L' }],
];
const AFTER: readonly (readonly [string, PersonEntry])[] = [
  ['anna', { mail: 'chain', alias: ['anna'], forward: ['g@other.example', 'h@other.example'], quota: '6', last: 'A' }],
  ['chain', { mail: 'link', alias: ['c.c', 'info'], last: 'C' }],
  ['sales', { alias: ['l.l'], last: 'New', quota: '1' }],
];

interface Scene {
  readonly world: World;
  readonly run: () => Promise<RunResult>;
}

/** Starts over again and again from what server and data directory held before the run. */
async function campaign({ world, run }: Scene): Promise<void> {
  const saved = mkdtempSync(join(tmpdir(), 'tmail-saved-'));
  cpSync(world.data, saved, { recursive: true });
  const state = standIn.state.save();
  const restore = (): void => {
    standIn.state.restore(state);
    rmSync(world.data, { recursive: true });
    cpSync(saved, world.data, { recursive: true });
  };
  try {
    standIn.requests.length = 0;
    expect(await run()).toMatchObject({ code: 0 });
    const requests = standIn.requests.length;
    const end = await endOf(world);
    expect(Object.keys(end.boxes)).toEqual(['chain', 'link', 'sales']);
    expect(end.mail).toEqual({ anna: 0, chain: 1, link: 1, sales: 0 });

    for (const when of ['before', 'after'] as const) {
      for (const k of everyNth(requests, 12)) {
        restore();
        expect({ when, k, ...(await killedAt(k, when, run)) }).toMatchObject({ when, k, signal: 'SIGKILL' });
        const again = await run();
        expect({ when, k, code: again.code, said: again.stderr }).toMatchObject({ when, k, code: 0 });
        expect({ when, k, ...(await endOf(world)) }).toEqual({ when, k, ...end });
      }
    }
  } finally {
    rmSync(saved, { recursive: true });
  }
}

async function endOf(world: World): Promise<{ boxes: Record<string, Mailbox>; mail: Record<string, number> }> {
  const boxes = await world.holds();
  const mail: Record<string, number> = {};
  for (const name of ['anna', ...Object.keys(boxes)]) {
    mail[name] = await world.admin.mailboxes(world.at(name));
  }
  return { boxes, mail };
}

/** Nobody waits for the answer, so whether the server carried it out is all that differs. */
let child: { kill(signal: 'SIGKILL'): boolean } | null = null;

async function killedAt(k: number, when: 'before' | 'after', run: () => Promise<RunResult>): Promise<RunResult> {
  let n = 0;
  standIn.fault = () => {
    n += 1;
    if (n >= k) {
      child?.kill('SIGKILL');
    }
    return n === k ? when : n > k ? 'before' : null;
  };
  const result = await run();
  standIn.fault = null;
  return result;
}

function start(world: World, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunResult> {
  return runBinary({
    args,
    env: { OX_CONNECTOR_DATA_DIR: world.data, TMAIL_TOKEN: TOKEN, OX_CONNECTOR_CONCURRENCY: '1', ...env },
    onStart: (started) => {
      child = started;
    },
  });
}

async function putMail(world: World): Promise<void> {
  await world.admin.putMail(world.at('anna'));
  await world.admin.putMail(world.at('chain'));
}

it('a run of the queue', async () => {
  const world = await new QueueWorld({ url: standIn.url, token: TOKEN, hasContacts: true }, 'killed').open();
  try {
    const file = { server: { url: standIn.url }, domains: [world.domain] };
    writeFileSync(join(world.data, 'tmail.json'), JSON.stringify(file));
    const run = (): Promise<RunResult> => start(world, [], { OX_CONNECTOR_TARGET: 'tmail' });
    for (const [uid, entry] of BEFORE) {
      world.put(uid, entry);
    }
    expect(await run()).toMatchObject({ code: 0 });
    await putMail(world);
    for (const [uid, entry] of AFTER) {
      world.put(uid, entry);
    }
    world.drop('leaver');

    await campaign({ world, run });
  } finally {
    world.close();
  }
}, 3_600_000);

describeOrSkip('with a directory', missingForSlapd(), () => {
  let slapd: Slapd;
  let client: Client;

  useDirectory((directory) => {
    ({ slapd, client } = directory);
  });

  it('a run of sync', async () => {
    const world = await new World({ url: standIn.url, token: TOKEN, hasContacts: true }, 'killed').open();
    try {
      writeFileSync(join(world.data, 'ldap-password'), READER.password);
      const ldap = { url: slapd.url, bind_dn: READER.dn, password_file: 'ldap-password', base: PEOPLE };
      const file = { server: { url: standIn.url }, ldap, domains: [world.domain] };
      writeFileSync(join(world.data, 'tmail.json'), JSON.stringify(file));
      const run = (): Promise<RunResult> => start(world, ['sync', '--clean']);
      for (const [uid, entry] of BEFORE) {
        await putPerson(client, uid, valuesOf(world, uid, entry));
      }
      expect(await run()).toMatchObject({ code: 0 });
      await putMail(world);
      for (const [uid, entry] of AFTER) {
        const values = valuesOf(world, uid, entry);
        await (uid === 'sales' ? putPerson(client, uid, values) : changePerson(client, uid, values));
      }
      await client.del(`uid=leaver,${PEOPLE}`);

      await campaign({ world, run });
    } finally {
      world.close();
    }
  }, 3_600_000);
});

type Values = Readonly<Record<string, readonly string[]>>;

function valuesOf(
  world: World,
  uid: string,
  { mail = uid, alias = [], forward = [], quota, last = '' }: PersonEntry,
): Values {
  return {
    mail: [mail].flat().map((each) => world.at(each)),
    mailAlias: alias.map((each) => world.at(each)),
    mailForward: [...forward],
    mailQuotaSize: quota === undefined ? [] : [quota],
    sn: [last],
  };
}
