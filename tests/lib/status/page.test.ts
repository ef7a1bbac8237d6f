/** The page of `status --html`: what it says, and that a browser shows it whatever names the objects have. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureAsPage, type SetAside, statusAsPage } from '../../../lib/status/page.ts';
import type { Status } from '../../../lib/status/status.ts';
import { DEFAULT_THRESHOLDS, judge } from '../../../lib/status/verdict.ts';
import { type Browser, missingBrowser, startBrowser, type View } from '../../harness/browser.ts';
import { aBusyStatus, aFailure, aGroupOfRefusals, aStatus, aSync, NOW, SET_ASIDE } from '../../harness/status.ts';
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
  const text = textOf(pageOf(aStatus(), NONE));
  expect(text).toContain('OK everything is as it should be');
  expect(text).toContain('The queue is empty.');
  expect(text).not.toMatch(/Parked|Dropped|What is wrong/);
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
