/** `npm run picture`: writes docs/status.png, the page of `status --html` as Chromium shows it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statusAsPage } from '../../lib/status/page.ts';
import { DEFAULT_THRESHOLDS, judge } from '../../lib/status/verdict.ts';
import { startBrowser } from '../harness/browser.ts';
import { aBusyStatus, SET_ASIDE } from '../harness/status.ts';

const folder = mkdtempSync(join(tmpdir(), 'ox-connector-'));
const browser = startBrowser();
try {
  const status = aBusyStatus();
  const file = join(folder, 'status.html');
  writeFileSync(file, statusAsPage(status, judge(status, DEFAULT_THRESHOLDS), SET_ASIDE, ''));
  const view = await browser.open(file, 900, 800);
  writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'status.png'), await view.screenshot());
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
