/** How the connector stands, for people. */
import { printable } from '../errors/printable.ts';
import { formatAge, formatAgo, secondsSince } from '../model/age.ts';
import { fetchingAsLines } from './fetch-status.ts';
import type { Status } from './status.ts';
import { syncsAsLines } from './sync-status.ts';
import type { Verdict } from './verdict.ts';

export function statusAsText(status: Status, verdict: Verdict): string {
  const { failure, run, taken, lastSuccess } = status;
  const types = Object.entries(status.waiting).map(([type, { files }]) => `${files} ${type}`);
  const skipped = Object.entries(status.skipped).map(([context, count]) => `${count} of context ${context}`);
  const ago = (time: string): string => formatAgo(secondsSince(time, taken));
  const lines = [
    stateAsLine(verdict),
    `Waiting:      ${status.waitingTotal}${types.length > 0 ? ` (${types.join(', ')})` : ''}`,
    `Oldest:       ${status.oldestAge === null ? '-' : formatAge(status.oldestAge)}`,
    `Run going on: ${run ? `process ${run.pid}, started ${ago(run.since)}${run.object ? `, at ${run.object}` : ''}` : 'no'}`,
    `Errors:       ${failure === null ? '0' : `${failure.errors}, since ${failure.since}, the last one ${ago(failure.time)}`}`,
    ...(failure === null
      ? []
      : [
          `  file:       ${failure.filename || '-'}`,
          `  code:       ${failure.code || '-'}`,
          `  message:    ${failure.message}`,
          ...(failure.remedy ? [`  what to do: ${failure.remedy}`] : []),
        ]),
    `Skipped:      ${skipped.length > 0 ? `${skipped.join(', ')} (no credentials: listener_trigger credentials set)` : '0'}`,
    `Parked:       ${status.parked}${status.parked > 0 ? ' (listener_trigger queue list)' : ''}`,
    `Last run:     ${lastRunAsText(status)}`,
    `Last success: ${lastSuccess ? `${lastSuccess} (${ago(lastSuccess)})` : '-'}`,
    ...(status.fetching === null ? [] : fetchingAsLines(status.fetching)),
    ...syncsAsLines(status.syncs),
  ];
  return lines.map(printable).join('\n');
}

export function stateAsLine({ level, reasons }: Verdict): string {
  return printable(`Status:       ${level.toUpperCase()}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`);
}

function lastRunAsText({ history, taken }: Status): string {
  const run = history.at(-1);
  if (run === undefined) {
    return '-';
  }
  const { done, skipped, parked, left, duration, code } = run;
  const when = formatAgo(secondsSince(run.last, taken));
  const counts = `${done} done, ${skipped} skipped, ${parked} parked, ${left} left`;
  return `${when}, ${counts}, in ${formatAge(duration / 1000)}${code ? ` (${code})` : ''}`;
}
