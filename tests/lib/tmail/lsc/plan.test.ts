/** Tasks of LSC as configurations of ours: what belongs together, and what such a configuration cannot say. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearsFor, facetsOf, groupTasks, mergeTasks, tasksNamed } from '../../../../lib/tmail/lsc/plan.ts';
import { readLsc } from '../../../../lib/tmail/lsc/tasks.ts';
import { freshFolder, thrownBy } from '../../../harness/temporary.ts';
import { LSC_JOBS, lscXml, AN_LSC_SITE as SITE } from '../../../harness/tmail/lsc-files.ts';

const folder = freshFolder();
const PLAIN = { domains: [], localCopy: false };

function written(text = lscXml(SITE, LSC_JOBS)): string {
  mkdirSync(join(folder(), 'lsc'), { recursive: true });
  writeFileSync(join(folder(), 'lsc', 'lsc.xml'), text);
  return join(folder(), 'lsc');
}

it('keeps tasks apart that read other entries, and contacts of listed domains', () => {
  const tasks = [
    ...readLsc(written()),
    ...readLsc(
      written(lscXml(SITE, LSC_JOBS.slice(1, 2)).replaceAll('objectClass=inetOrgPerson', 'objectClass=obmUser')),
    ),
  ];

  expect(
    groupTasks(tasks, { domains: ['example.org'], localCopy: true }).map(({ file }) => [
      file.facets,
      file.domains,
      file.local_copy,
    ]),
  ).toEqual([
    [['account', 'aliases', 'forwards', 'mappings', 'quota', 'identity'], undefined, true],
    [['contact'], ['example.org'], true],
    [['aliases'], undefined, true],
  ]);
  expect(thrownBy(() => mergeTasks(tasks, PLAIN))).toMatchObject({
    code: 'TMAIL_CONFIGURATION',
    message: expect.stringContaining('its tasks read other entries, or write to another server, than those of '),
    remedy: 'Import them one by one, with --data-dir or --output for each.',
  });
});

it('does not write that whom another filter finds is not removed', () => {
  const text = lscXml(SITE, LSC_JOBS).replaceAll('(&(objectClass=inetOrgPerson)(mail={email}))', '(mail={email})');
  expect(thrownBy(() => mergeTasks(readLsc(written(text)), PLAIN))).toMatchObject({
    code: 'TMAIL_CONFIGURATION',
    message: expect.stringMatching(
      /: task userSynchronization does not remove whom its <cleanFilter> finds, and that finds others than its <getAllFilter>, /,
    ),
    remedy: 'Let both find the same, or go on with its directory: listener_trigger sync --config DIRECTORY.',
  });
});

it('refuses two attributes for one value of the same entries', () => {
  const names = LSC_JOBS.filter(({ task }) => /^(?:identity|contact)/.test(task));
  const text = lscXml(SITE, names);
  const other = text.replace(/(.*)'sn'/s, "$1'cn'");
  expect(thrownBy(() => mergeTasks(readLsc(written(other)), PLAIN))).toMatchObject({
    code: 'TMAIL_CONFIGURATION',
    message: expect.stringMatching(
      /: task contactSynchronization: lastname is cn here and sn in another task of the same entries$/,
    ),
    remedy: 'Take one attribute for both, or keep the tasks in directories of their own.',
  });
});

it.each<[string, string, boolean]>([
  ['the address', '<cleanFilter>(&amp;(a=b)( MAIL={email} ))</cleanFilter>', false],
  ['an alias as well', '<cleanFilter>(|(mail={email})(mailAlias={email}))</cleanFilter>', true],
  ['a part of the address', '<cleanFilter>(mail={email}*)</cleanFilter>', true],
  ['another attribute, where none of its own is there', '<getOneFilter>(uid={uid})</getOneFilter>', true],
  ['nothing', '<cleanFilter>(objectClass=person)</cleanFilter>', false],
])('a filter of cleaning that compares with %s is followed, or refused where it matters', (_, filter, isRefused) => {
  const xml = lscXml(SITE, LSC_JOBS.slice(1, 2))
    .replace(/<getOneFilter>.*<\/getOneFilter>/, '')
    .replace(/<cleanFilter>.*<\/cleanFilter>/, filter);
  const line = xml.slice(0, xml.indexOf(filter)).split('\n').length;
  const tasks = readLsc(written(xml));

  const cleared = (wish: string | null): string[] => facetsOf(tasksNamed(wish, tasks).filter(clearsFor));
  expect(cleared(null)).toEqual([]);
  const error = isRefused ? thrownBy(() => cleared('all')) : null;
  expect(error).toEqual(
    isRefused
      ? expect.objectContaining({
          code: 'TMAIL_CONFIGURATION',
          message: expect.stringMatching(
            new RegExp(
              `line ${line} cannot be used: the filter of cleaning \\(.* compares with something else than mail$`,
            ),
          ),
        })
      : null,
  );
  if (isRefused) {
    expect(thrownBy(() => mergeTasks(tasks, PLAIN))).toMatchObject({ code: 'TMAIL_CONFIGURATION' });
  } else {
    expect(cleared('all')).toEqual(['aliases']);
  }
});
