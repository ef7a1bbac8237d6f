/** The verbs that only look: on 10,000 objects every planted problem is found, none is invented, nothing is written. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bigSeed, footprint, userName, writeBigSite } from '../harness/big-site.ts';
import { aGroup, aProfile, aResource, aUser, groupDn, idOf, userDn } from '../harness/objects.ts';
import { makeWorkplace, type RunResult, type Workplace } from '../harness/workplace.ts';
import { type Sandbox, startSandbox } from '../sandbox/client.ts';

let sandbox: Sandbox;
let place: Workplace;

beforeAll(async () => {
  sandbox = await startSandbox({ lean: true });
});
afterAll(() => sandbox.stop());

/** Other work on the machine included. */
const MINUTES = 300_000;

const verb = (...args: string[]): Promise<RunResult> => place.run({ args });

interface Found {
  readonly severity: string;
  readonly kind: string;
  readonly context?: number;
  readonly object?: string;
  readonly message: string;
  readonly remedy: string;
}

interface Report {
  readonly findings: readonly Found[];
  readonly summary: Readonly<Record<string, number>>;
}

const problems = ({ findings }: Report): string[] =>
  findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ kind, context, object }) => `${kind} ${context ?? '-'} ${object ?? '-'}`)
    .sort();

describe('check on 10,000 objects', () => {
  beforeAll(async () => {
    place = makeWorkplace(sandbox.url);
    writeBigSite(place);
    await sandbox.reset(bigSeed());
  });
  afterAll(() => place.remove());

  it(
    'finds nothing where all are in step, asks in bulk, and writes nothing',
    async () => {
      const [before, ox] = [footprint(place.data), await sandbox.state()];

      const { code, stdout } = await verb('check', '--json');

      expect({ code, problems: problems(JSON.parse(stdout) as Report) }).toEqual({ code: 0, problems: [] });
      // Users by the hundred, all else in lists.
      expect((await sandbox.counts()).total).toBeLessThan(120);
      expect(footprint(place.data)).toEqual(before);
      expect(await sandbox.state()).toEqual(ox);
    },
    MINUTES,
  );

  it(
    'finds all planted problems, and no other; status is not misled by them',
    async () => {
      const expected = await plant();
      const [before, ox] = [footprint(place.data), await sandbox.state()];

      const { code, stdout } = await verb('check', '--json');
      const status = await verb('status', '--json');

      const report = JSON.parse(stdout) as Report;
      expect({ code, problems: problems(report) }).toEqual({ code: 1, problems: expected.toSorted() });
      expect(report.findings.filter(({ remedy, severity }) => severity !== 'info' && remedy === '')).toEqual([]);
      expect(report.summary.queued).toBe(0);
      expect(status.code).toBe(0);
      expect(footprint(place.data)).toEqual(before);
      expect(await sandbox.state()).toEqual(ox);
    },
    MINUTES,
  );

  /** Answers what is to be found. */
  async function plant(): Promise<string[]> {
    await sandbox.drift([
      { setUser: { context: 10, name: userName(1), fields: { title: 'Prof.' } } },
      { setUser: { context: 10, name: userName(12), fields: { imapServer: 'imaps://other:993' } } },
      { deleteUser: { context: 10, name: userName(23) } },
      { deleteUser: { context: 20, name: userName(8999) } },
      { setGroup: { context: 10, name: 'group50', members: [userName(501)] } },
      { deleteGroup: { context: 20, name: 'group700' } },
      { deleteResource: { context: 10, name: 'room1' } },
      { setResource: { context: 10, name: 'room2', fields: { displayname: 'Hall' } } },
      { removeAccount: { context: 10, name: userName(301), primaryAddress: 'box3@example.org' } },
    ]);
    await sandbox.seed({
      contexts: {
        10: { users: [{ name: 'stranger' }], groups: [{ name: 'club' }], resources: [{ name: 'boat' }] },
        20: { name: 'renamed' },
      },
    });
    place.remember(aUser('müller', { mailPrimaryAddress: 'mueller@example.org' }));
    place.remember(aUser('twin', { displayName: `${userName(3)} Example` }));
    place.remember(aUser('noname', { username: ['a', 'b'] }));
    place.remember(aUser('nowhere', { oxContext: null }));
    place.remember(aUser('late', { oxContext: 30, oxDbSkipped: 30 }));
    place.remember(aUser('plain', { isOxUser: false }));
    place.remember(aGroup('loose', ['nobody']));
    place.remember(aGroup('bad/name', [userName(4)]));
    place.remember(aProfile('broken', ['globaladdressbookdisabled', 'delegatetask']));
    place.remember(aResource('late', { oxContext: 30, oxDbSkipped: 30 }));
    writeFileSync(join(place.queue, 'old', `${idOf('user', 'cut off')}.json`), '{"id":');
    writeFileSync(
      join(place.data, 'ModuleAccessDefinitions.properties'),
      'premium=calendar,webmail\nbroken=globaladdressbookdisabled,delegatetask\n',
    );
    chmodSync(join(place.data, 'secrets', 'contexts.json'), 0o644);
    return [
      `differs 10 ${userDn(userName(1))}`,
      `differs 10 ${userDn(userName(12))}`,
      `missing 10 ${userDn(userName(23))}`,
      `missing 20 ${userDn(userName(8999))}`,
      `differs 10 ${groupDn('group50')}`,
      `missing 20 ${groupDn('group700')}`,
      `missing 10 ${aResource('room1').dn}`,
      `differs 10 ${aResource('room2').dn}`,
      'differs 10 cn=box3,cn=functional_accounts,dc=example,dc=org',
      'unknown 10 stranger',
      'unknown 10 club',
      'unknown 10 boat',
      'differs 20 cn=context20,cn=open-xchange,dc=example,dc=org',
      `refused 10 ${userDn('müller')}`,
      `missing 10 ${userDn('twin')}`,
      `display-name-taken 10 ${userDn('twin')}`,
      `identifier - ${userDn('noname')}`,
      `no-context - ${userDn('nowhere')}`,
      'credentials-missing 30 -',
      `member-dangling - ${groupDn('loose')}`,
      `refused 10 ${groupDn('bad/name')}`,
      'rights-exclusive - broken',
      `damaged - ${join(place.queue, 'old', `${idOf('user', 'cut off')}.json`)}`,
      `permissions - ${join(place.data, 'secrets', 'contexts.json')}`,
    ];
  }
});
