/** The page of `status --html`: what it says, and that a browser shows it whatever names the objects have. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureAsPage, type SetAside, statusAsPage } from '../../../lib/status/page.ts';
import type { Status } from '../../../lib/status/status.ts';
import { DEFAULT_THRESHOLDS, judge } from '../../../lib/status/verdict.ts';
import { type Browser, missingBrowser, startBrowser, type View } from '../../harness/browser.ts';
import {
  aBusyStatus,
  aFailure,
  aGroupOfRefusals,
  aStatus,
  aSync,
  NOW,
  SET_ASIDE,
  STATUS_WITH_ALL,
} from '../../harness/status.ts';
import { freshFolder } from '../../harness/temporary.ts';
import { describeOrSkip } from '../../tmail/tools.ts';

const NONE: SetAside = { parked: [], dropped: [] };
const pageOf = (status: Status, aside = SET_ASIDE): string =>
  statusAsPage(status, judge(status, DEFAULT_THRESHOLDS), aside, '3.0.0');
const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

it('says in words how it stands, what waits, what was set aside and what to do', () => {
  const text = textOf(pageOf(aBusyStatus()));
  for (const part of [
    'CRITICAL 253 runs in a row failed, for 21m (OX_UNREACHABLE); the oldest file has waited for 3d',
    'What to do: Start OX.',
    'What waits: 246 files',
    'users/user 212 1h',
    'invalid 1 3d',
    '4 files : OX refused: The displayname is already used',
    'What to do: Give one of the two users another display name.',
    'uid=cora,cn=users,dc=example,dc=org and 1 more',
    'renames are not allowed in OX',
    'Last day: 23 runs went well, 253 failed',
    'OX_UNREACHABLE 271 0s ago Check that OX is running',
    '30 17',
  ]) {
    expect(text).toContain(part);
  }
});

it('says that all is well where it is', () => {
  expect(textOf(pageOf(aStatus(), NONE))).toBe(
    ' OK: OX Connector OK everything is as it should be OX Connector, 2026-11-28 12:00 UTC What waits The queue is empty. ' +
      'Runs None is known that had something to do. 3.0.0 ',
  );
});

it('has a section for everything there is', () => {
  const run = { pid: 7, since: NOW.toISOString(), object: 'uid=eva' };
  const [later, failed] = [new Date(NOW.getTime() + 1), { code: 'DATA_UNREADABLE', exitCode: 74, duration: 61_000 }];
  const history = STATUS_WITH_ALL.history.flatMap((each) => [
    each,
    { ...each, ...failed },
    { ...each, code: '', exitCode: 143 },
    { ...each, code: '', exitCode: 0 },
  ]);
  const page = pageOf(
    { ...STATUS_WITH_ALL, run, history, taken: later },
    {
      parked: [aGroupOfRefusals('', '', ['uid=anna'])],
      dropped: [aGroupOfRefusals('x', '', ['uid=b', 'uid=c', 'uid=d', 'uid=e', 'uid=f'])],
    },
  );
  const sections = textOf(page.replaceAll(/<svg.*?<\/svg>/gs, '')).replaceAll(/ +/g, ' ');
  for (const part of [
    'What is wrong 121 runs in a row failed, for 10m, the last one 0s ago ( OX_UNREACHABLE ). At /data/listener/2026-11-28-11-00-00.json ' +
      'OX cannot be reached: connect ECONNREFUSED What to do: Start OX. What waits: 4 files',
    'What waits: 4 files A run has been going on for 0s (process 7), at uid=eva . Type Files Oldest users/user 3 1m invalid 1 5s',
    'Parked: refused, and set aside by a run 1 file : no reason is known uid=anna Dropped: set aside by hand 5 files : x uid=b uid=c uid=d and 2 more',
    'Without credentials Context Objects 30 7 Provisioning API Fetching: not now',
    'TMail Sync: tmail.json',
    'Runs Last day: 2 runs went well, 2 failed Last 30 days: 2 runs went well, 2 failed Failures of the last 30 days Code Runs Last What to do ',
    'DATA_UNREADABLE 1 0s ago See the log. The last ones UTC Took Done Skipped Parked Left End ' +
      '2026-11-28 12:00 1.3s 5 1 2 3 well 2026-11-28 12:00 1.3s 5 1 2 3 stopped (143) 2026-11-28 12:00 1m 5 1 2 3 DATA_UNREADABLE ',
  ]) {
    expect(sections).toContain(part);
  }
});

it('is there too where it cannot be said how it stands', () => {
  expect(textOf(failureAsPage({ level: 'unknown', reasons: ['<settings>'] }, NOW, '3.0.0'))).toContain(
    'UNKNOWN &lt;settings&gt;',
  );
});

const HOSTILE = `<script>window.owned = 1</script><img src=x onerror="window.owned = 2">"'><svg onload="window.owned = 3"></title></style>`;

/** Wherever a text of others comes in. */
function hostileStatus(): Status {
  return aBusyStatus({
    waiting: { [HOSTILE]: { files: 1, oldestAge: 1 } },
    waitingTotal: 1,
    run: { pid: 7, since: NOW.toISOString(), object: `uid=${HOSTILE}` },
    failure: aFailure(60, { filename: `/${HOSTILE}.json`, message: HOSTILE, code: HOSTILE, remedy: HOSTILE }),
    skipped: { [HOSTILE]: 1 },
    syncs: [aSync(HOSTILE, HOSTILE)],
    history: aBusyStatus().history.map((run) => ({ ...run, code: HOSTILE })),
  });
}
const hostileAside: SetAside = {
  parked: [aGroupOfRefusals(HOSTILE, HOSTILE, [`uid=${HOSTILE}`])],
  dropped: [aGroupOfRefusals(HOSTILE, HOSTILE, [`uid=${HOSTILE}`])],
};

it('shows whatever others wrote as text', () => {
  const page = pageOf(hostileStatus(), hostileAside);
  expect(page).not.toMatch(/<script|<img|<svg onload/i);
  expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(10);
});

describeOrSkip('a browser', missingBrowser(), () => {
  const folder = freshFolder();
  let browser: Browser;
  beforeAll(() => {
    browser = startBrowser();
  });
  afterAll(() => browser.close());
  const open = (page: string, width = 1000, height = 800): Promise<View> => {
    const file = join(folder(), 'status.html');
    writeFileSync(file, page);
    return browser.open(file, width, height);
  };
  const COUNTS = `({ owned: window.owned ?? null, scripts: document.scripts.length, images: document.images.length,
    title: document.title, sections: document.querySelectorAll('section').length })`;

  it('would run what a page lets it run', async () => {
    const view = await open('<!doctype html><script>window.owned = 1</script><img src="nowhere.png">');
    expect(await view.evaluate(COUNTS)).toMatchObject({ owned: 1, scripts: 1, images: 1 });
    expect(view.requests).toHaveLength(2);
  });

  it('runs nothing that a name brought in, and asks for nothing else', async () => {
    const view = await open(pageOf(hostileStatus(), hostileAside));
    expect(await view.evaluate(COUNTS)).toEqual({
      owned: null,
      scripts: 0,
      images: 0,
      title: 'CRITICAL: OX Connector',
      sections: 7,
    });
    expect(view.requests).toHaveLength(1);
    expect(await view.evaluate(`document.querySelector('article .words').textContent`)).toContain(HOSTILE);
  });

  it('has no part that is wider than a phone', async () => {
    for (const page of [pageOf(aBusyStatus()), pageOf(hostileStatus(), hostileAside)]) {
      const view = await open(page, 360, 740);
      expect(await view.evaluate('document.documentElement.scrollWidth')).toBe(360);
    }
  });

  it('draws the runs as bars with a height', async () => {
    const view = await open(pageOf(aBusyStatus()));
    const bars = `[...document.querySelectorAll('svg')].map((svg) => ['good', 'failed'].map((kind) =>
      [...svg.querySelectorAll('.' + kind)].filter((bar) => bar.getBoundingClientRect().height > 0).length))`;
    expect(await view.evaluate(bars)).toEqual([
      [13, 2],
      [30, 2],
    ]);
  });

  it('prints it', async () => {
    const pdf = await (await open(pageOf(aBusyStatus()))).pdf();
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.length).toBeGreaterThan(10_000);
  });
});
