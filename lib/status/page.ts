/** How the connector stands, as a page to look at: one file that needs nothing else, on a screen, a phone and paper. */
import type { ErrorCode } from '../errors/connector-error.ts';
import { counted } from '../errors/printable.ts';
import { remedyFor } from '../errors/remedies.ts';
import { formatAge, formatAgo, secondsSince } from '../model/age.ts';
import type { ReasonGroup } from '../queue/selection.ts';
import type { PastRun } from '../run/run-history.ts';
import { barChart, countRuns, DAY, MONTH } from './chart.ts';
import { fetchingAsLines } from './fetch-status.ts';
import { type Html, html } from './markup.ts';
import { STYLE } from './page-style.ts';
import type { Status } from './status.ts';
import { syncsAsLines } from './sync-status.ts';
import type { Verdict } from './verdict.ts';

export interface SetAside {
  readonly parked: readonly ReasonGroup[];
  readonly dropped: readonly ReasonGroup[];
}

export function statusAsPage(status: Status, verdict: Verdict, aside: SetAside, version: string): string {
  const sections = [
    failureSection(status),
    waitingSection(status),
    asideSection('Parked: refused, and set aside by a run', aside.parked),
    asideSection('Dropped: set aside by hand', aside.dropped),
    skippedSection(status),
    linesSection('Provisioning API', status.fetching === null ? [] : fetchingAsLines(status.fetching)),
    linesSection('TMail', syncsAsLines(status.syncs)),
    runsSection(status),
  ];
  return wholePage(verdict, status.taken, sections, version);
}

/** Where it cannot be said how it stands. */
export function failureAsPage(verdict: Verdict, now: Date, version: string): string {
  return wholePage(verdict, now, [], version);
}

function wholePage({ level, reasons }: Verdict, taken: Date, sections: readonly Html[], version: string): string {
  const state = level.toUpperCase();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${state}: OX Connector</title>
<style>${STYLE}</style>
</head>
<body>
<header class="${level}">
<h1><b>${state}</b> ${reasons.length > 0 ? reasons.join('; ') : 'everything is as it should be'}</h1>
<p>OX Connector, ${shortTime(taken.toISOString())} UTC</p>
</header>
<main>
${sections.map((section) => html`${section}\n`)}</main>
<footer>${version}</footer>
</body>
</html>
`;
  return page.markup;
}

function failureSection({ failure, taken }: Status): Html {
  if (failure === null) {
    return html``;
  }
  const { errors, filename, code, message, remedy, time, lasting } = failure;
  return html`<section><h2>What is wrong</h2>
<p>${counted(errors, 'run')} in a row failed, for ${formatAge(lasting)}, the last one ${formatAgo(secondsSince(time, taken))}${code ? html` (<code>${code}</code>)` : ''}.</p>
${filename ? html`<p>At <code>${filename}</code></p>` : ''}
<p class="words">${message}</p>
${remedyText(remedy)}</section>`;
}

function waitingSection({ waiting, waitingTotal, oldestAge, run, taken }: Status): Html {
  const types = Object.entries(waiting).sort(([, a], [, b]) => b.files - a.files);
  const going = run
    ? html`<p>A run has been going on for ${formatAge(secondsSince(run.since, taken) ?? 0)} (process ${run.pid})${run.object ? html`, at <code>${run.object}</code>` : ''}.</p>`
    : '';
  if (oldestAge === null) {
    return html`<section><h2>What waits</h2><p>The queue is empty.</p>${going}</section>`;
  }
  return html`<section><h2>What waits: ${counted(waitingTotal, 'file')}</h2>${going}
${table(
  ['Type', 'Files', 'Oldest'],
  types.map(([type, { files, oldestAge: age }]) => [type, files, formatAge(age)]),
)}</section>`;
}

const MOST_NAMED = 3;

function asideSection(title: string, groups: readonly ReasonGroup[]): Html {
  if (groups.length === 0) {
    return html``;
  }
  const entries = groups.map(({ reason, remedy, files }) => {
    const named = files.slice(0, MOST_NAMED).map(({ dn, name }) => html`<li><code>${dn || name}</code></li>`);
    const more = files.length > MOST_NAMED ? html`<li>and ${files.length - MOST_NAMED} more</li>` : '';
    return html`<article><p class="words"><b>${counted(files.length, 'file')}</b>: ${reason || 'no reason is known'}</p>
${remedyText(remedy)}<ul>${named}${more}</ul></article>`;
  });
  return html`<section><h2>${title}</h2>${entries}</section>`;
}

function skippedSection({ skipped }: Status): Html {
  const contexts = Object.entries(skipped);
  return contexts.length === 0
    ? html``
    : html`<section><h2>Without credentials</h2>${table(['Context', 'Objects'], contexts)}</section>`;
}

function linesSection(title: string, lines: readonly string[]): Html {
  return lines.length === 0
    ? html``
    : html`<section><h2>${title}</h2><pre>${lines.map((line) => html`${line}\n`)}</pre></section>`;
}

const LAST_RUNS = 10;

function runsSection({ history, taken }: Status): Html {
  if (history.length === 0) {
    return html`<section><h2>Runs</h2><p>None is known that had something to do.</p></section>`;
  }
  const day = barChart('Last day', countRuns(history, DAY, taken), ({ from }) =>
    from.getUTCHours() % 6 === 0 ? `${String(from.getUTCHours()).padStart(2, '0')}:00` : '',
  );
  const month = barChart('Last 30 days', countRuns(history, MONTH, taken), ({ from }, at) =>
    at % 7 === 1 ? from.toISOString().slice(5, 10) : '',
  );
  const rows = history
    .slice(-LAST_RUNS)
    .reverse()
    .map((run) => [
      shortTime(run.last),
      run.times === 1 ? '' : `${run.times}×`,
      tookOf(run),
      run.done,
      run.skipped,
      run.parked,
      run.left,
      run.code || endOf(run),
    ]);
  return html`<section><h2>Runs</h2>${day}${month}
${failuresTable(history, taken)}
<h3>The last ones</h3>
${table(['UTC', '', 'Took', 'Done', 'Skipped', 'Parked', 'Left', 'End'], rows)}</section>`;
}

function tookOf({ duration }: PastRun): string {
  return duration < 60_000 ? `${(duration / 1000).toFixed(1)}s` : formatAge(duration / 1000);
}

function endOf({ exitCode }: PastRun): string {
  return exitCode === 0 ? 'well' : `stopped (${exitCode})`;
}

function failuresTable(history: readonly PastRun[], taken: Date): Html {
  const since = taken.getTime() - MONTH.bars * MONTH.width;
  const counts = new Map<string, { times: number; last: string }>();
  for (const { code, times, last } of history.filter((run) => run.code !== '' && Date.parse(run.last) >= since)) {
    counts.set(code, { times: (counts.get(code)?.times ?? 0) + times, last });
  }
  const rows = [...counts]
    .sort(([, a], [, b]) => b.times - a.times)
    .map(([code, { times, last }]) => [
      code,
      times,
      formatAgo(secondsSince(last, taken)),
      remedyFor(code as ErrorCode, '', {}) || 'See the log.',
    ]);
  return rows.length === 0
    ? html``
    : html`<h3>Failures of the last 30 days</h3>${table(['Code', 'Runs', 'Last', 'What to do'], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): Html {
  const cell = (value: string | number): Html =>
    typeof value === 'number' || /^[\d.]+[dhms×]$/.test(value)
      ? html`<td class="number">${value}</td>`
      : html`<td>${value}</td>`;
  return html`<div class="wide"><table><thead><tr>${head.map((title) => html`<th>${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody></table></div>`;
}

function remedyText(remedy: string): Html {
  return remedy === '' ? html`` : html`<p class="remedy"><b>What to do:</b> ${remedy}</p>`;
}

function shortTime(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
