/**
 * A data directory of 2.x meets its first prefill: a third of the objects have other ids by now, a third of the last states
 * are spelled as the converter does, and DNs have changed meanwhile, in silence or told live. With TAKEOVER_USERS=18000 they
 * are 20,000 objects.
 */
import { OBJECT_TYPES } from '../../lib/model/change.ts';
import { bigSeed, bigSite, userName, writeBigSite } from '../harness/big-site.ts';
import { asConverted, aUser, changed, idOf, type QueueFile, userDn } from '../harness/objects.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';
import { type CanonicalState, type Sandbox, startSandbox } from '../sandbox/client.ts';
import { live, prefilled } from '../sandbox/provisioning/objects.ts';
import { ProvisioningSandbox } from '../sandbox/provisioning/server.ts';

/** A multiple of thirty. */
const USERS = Number(process.env.TAKEOVER_USERS ?? 540);
const MILLISECONDS = 120_000 + USERS * 60;

/** Users are in groups by tens: who moves is in every fifth of them, so that the others have no news. */
const TEN = 10;
/** Told live under the id of today, before the prefill: one whose id is another one by now, and one whose id is not. */
const DELETED = [7, 9];
/** Nobody told that, and the prefill has it no more. */
const GONE = 34;
/** Has another name now; a newcomer has got the old one, and the DN with it. */
const RENAMED = 14;
const newcomer = changed(
  { ...aUser('newcomer'), dn: userDn(userName(RENAMED)) },
  { username: userName(RENAMED), uidNumber: 99_999 },
);

type Move = 'stays' | 'in silence' | 'told before its prefill message' | 'told after it';
const MOVES: readonly Move[] = ['in silence', 'told before its prefill message', 'told after it'];

interface Taken {
  /** As 2.x left it. */
  readonly known: QueueFile;
  /** As UDM has it when the prefill begins, and at the end; null: it is deleted. */
  readonly first: QueueFile;
  readonly last: QueueFile | null;
  readonly move: Move;
  /** OX may be asked about it. */
  readonly hasNews: boolean;
}

function takenOver(): Taken[] {
  const objects = bigSite(USERS).map((object, at) =>
    at < USERS ? changed(object, { uidNumber: 2000 + at, oxDbContext: undefined }) : object,
  );
  const places = new Map(objects.map(({ dn }, at) => [dn, placeOf(dn, at)]));
  return objects.map((object, at) => {
    const move = moveOf(at);
    const plain = withoutLearnt(object);
    const named = at === RENAMED ? changed(plain, { username: 'renamed' }) : plain;
    const had = (plain.object?.users ?? []) as string[];
    const has = had.flatMap((dn) => places.get(dn) ?? []);
    const last = {
      ...(plain.object?.users ? changed(named, { users: has }) : named),
      id: at % 3 === 1 ? idOf('user', `new ${object.dn}`) : object.id,
      dn: places.get(object.dn) ?? object.dn,
    };
    const known = withoutLearnt(object, ['oxDbId', 'oxDbUsername', 'oxDbGroupname']);
    return {
      known: Math.floor(at / 3) % 3 === 1 ? asConverted(known) : known,
      first: move === 'told after it' ? { ...last, dn: object.dn } : last,
      last: isDeleted(at) ? null : last,
      move,
      hasNews: move !== 'stays' || isDeleted(at) || at === RENAMED || String(had) !== String(has),
    };
  });
}

const isDeleted = (at: number): boolean => at === GONE || DELETED.includes(at);

/** null: it has none any more. */
function placeOf(dn: string, at: number): string | null {
  if (isDeleted(at)) {
    return null;
  }
  return at === RENAMED ? userDn('renamed') : moveOf(at) === 'stays' ? dn : dn.replace(',', ',ou=moved,');
}

/** With each of them both kinds of ids and of spelling. */
function moveOf(at: number): Move {
  const isMoving = at < USERS ? Math.floor(at / TEN) % 5 === 0 && !isDeleted(at) : at % 7 > 4;
  return isMoving ? (MOVES[(at + Math.floor(at / TEN)) % 3] ?? 'stays') : 'stays';
}

function withoutLearnt(file: QueueFile, keeps: readonly string[] = []): QueueFile {
  const entries = Object.entries(file.object ?? {});
  const kept = entries.filter(([name]) => !name.startsWith('oxDb') || keeps.includes(name));
  return { ...file, object: Object.fromEntries(kept) };
}

describe(`a directory of ${USERS} users and what belongs to them`, () => {
  let sandbox: Sandbox;
  let place: Workplace;
  let service: ProvisioningSandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ lean: true });
    await sandbox.reset(bigSeed(USERS));
    service = await new ProvisioningSandbox().start();
    place = makeWorkplace(sandbox.url);
  }, MILLISECONDS);
  afterAll(async () => {
    place.remove();
    await service.stop();
    await sandbox.stop();
  });

  it(
    'is taken over by a prefill: nothing is lost or doubled, and OX hears of news only',
    async () => {
      const all = takenOver();
      writeBigSite(
        place,
        all.map(({ known }) => known),
      );
      const before = picture(await sandbox.canonicalState());
      publish(all);

      expect(await run('fetch')).toMatchObject({ code: 0 });
      expect(await run()).toMatchObject({ code: 0 });
      expect([place.waiting(), place.parked(), service.subscription().lost]).toEqual([[], [], []]);

      const gone = all[GONE]?.known;
      const expected = [...all.flatMap(({ last }) => last ?? []), ...(gone ? [gone] : []), newcomer];
      const states = Object.entries(place.lastStates()).map(([id, { dn }]) => `${id} ${dn}`);
      expect(states.sort()).toEqual(expected.map(({ id, dn }) => `${id} ${dn}`).sort());
      expect(differences(before, picture(await sandbox.canonicalState()))).toEqual(DIFFERENCES);

      const calls = await sandbox.calls();
      const news = new Set(['newcomer', 'renamed', ...all.flatMap(namesOf)].map(String));
      expect(calls.filter(({ object }) => !news.has(String(object)))).toEqual([]);
      // 2.x did not remember in which contexts a group is: it is made first, and found to be there.
      const changes = calls.filter(
        ({ operation, outcome }) => /^(?:create|delete)/.test(operation) && outcome === 'ok',
      );
      expect(changes.map(({ operation, object }) => `${operation} ${object}`).sort()).toEqual(
        [`createByModuleAccess ${userName(RENAMED)}`, ...DELETED.map((at) => `delete ${userName(at)}`)].sort(),
      );
      expect(await sandbox.violations()).toEqual([]);

      expect(await run('fetch')).toMatchObject({ code: 0 });
      const { fetching } = JSON.parse((await run('status', '--json')).stdout);
      expect(fetching).toMatchObject({ leftOver: [gone?.dn], leftOverTotal: 1 });
    },
    MILLISECONDS,
  );

  function run(...args: string[]) {
    const env = {
      PROVISIONING_API_BASE_URL: service.url,
      PROVISIONING_API_USERNAME: 'ox-connector',
      PROVISIONING_API_PASSWORD: 'secret',
      OX_CONNECTOR_LOG_LEVEL: 'WARNING',
    };
    return place.run({ args, env });
  }

  function publish(all: readonly Taken[]): void {
    const subscription = service.subscribe('ox-connector', 'secret', OBJECT_TYPES, true);
    for (const [at, { known, first, move }] of all.entries()) {
      const was = { ...first, dn: known.dn };
      if (DELETED.includes(at)) {
        service.publish(live(was, null));
      } else if (move === 'told before its prefill message') {
        service.publish(live(was, first));
      }
    }
    for (const type of OBJECT_TYPES) {
      if (type === 'users/user') {
        service.publish(prefilled(newcomer));
      }
      for (const { known, first } of all.filter(({ last }) => last?.udm_object_type === type)) {
        service.publish(prefilled(first, { entryUUID: known.id }));
      }
    }
    for (const { first, last } of all.filter(({ move }) => move === 'told after it')) {
      service.publish(live(first, last));
    }
    subscription.setPrefill('done');
  }
});

/** What calls call it by. */
function namesOf({ known: { object }, hasNews }: Taken): unknown[] {
  return hasNews ? [object?.username ?? object?.name, ...(object?.oxDbId === undefined ? [] : [object.oxDbId])] : [];
}

type Picture = Readonly<Record<string, string>>;

/** Who is there and what belongs to whom; the default group is OX's own. */
function picture({ contexts }: CanonicalState): Picture {
  const lines = Object.entries(contexts).flatMap(([id, { users, groups, resources }]) => [
    ...users.map(({ name, primaryEmail, aliases, accounts = [] }) => [
      `${id} user ${name}`,
      JSON.stringify([
        primaryEmail,
        aliases,
        (accounts as { primaryAddress: string }[]).map((each) => each.primaryAddress),
      ]),
    ]),
    ...groups
      .filter(({ name }) => name !== 'users')
      .map(({ name, members }) => [`${id} group ${name}`, members.join(' ')]),
    ...resources.map(({ name, email }) => [`${id} resource ${name}`, String(email)]),
  ]);
  return Object.fromEntries(lines);
}

/** null: it is gone. */
function differences(before: Picture, after: Picture): Record<string, string | null> {
  const names = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
  return Object.fromEntries(names.map((name) => [name, after[name] ?? null]));
}

const DIFFERENCES = {
  ...Object.fromEntries(DELETED.map((at) => [`10 user ${userName(at)}`, null])),
  '10 user renamed': mailOf(userName(RENAMED)),
  [`10 user ${userName(RENAMED)}`]: mailOf('newcomer'),
  '10 group group0': membersOf(0, (at) => !DELETED.includes(at)),
  '10 group group1': `renamed ${membersOf(10, (at) => at !== RENAMED)}`,
  '10 group group3': membersOf(30, (at) => at !== GONE),
};

function mailOf(name: string): string {
  return JSON.stringify([`${name}@example.org`, [`${name}@example.org`], []]);
}

function membersOf(first: number, isLeft: (at: number) => boolean): string {
  const members = Array.from({ length: TEN }, (_, at) => first + at).filter(isLeft);
  return members.map(userName).join(' ');
}
