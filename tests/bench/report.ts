/** Prints results for people. */
import { type Case, isMet, type Ratio, type Result } from './case.ts';
import type { Sample } from './stage.ts';

export function describe({ title }: Case, result: Result): string {
  if (result.missing !== undefined) {
    return `${title}\n  not there: ${result.missing}\n`;
  }
  const rows = [
    ['', 'CPU ms', 'wall ms', 'peak MiB', 'calls', 'kB', 'sandbox CPU ms'],
    ...Object.entries(result.samples).map(([name, sample]) => [name, ...numbers(sample)]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
  );
  return [
    `${title} (medians of ${result.runs})`,
    ...lines.map((line) => `  ${line}`),
    ...result.ratios.map(verdict),
    '',
  ].join('\n');
}

export function verdict(ratio: Ratio): string {
  const sign = ratio.atLeast ? '≥' : '≤';
  return `  ${isMet(ratio) ? 'met   ' : 'MISSED'} ${ratio.what}: ${ratio.value.toFixed(2)} (target ${sign} ${ratio.target})`;
}

function numbers(sample: Sample): string[] {
  return [
    sample.cpuMs.toFixed(1),
    sample.wallMs.toFixed(1),
    sample.peakMiB.toFixed(0),
    String(sample.calls),
    (sample.bytes / 1000).toFixed(0),
    sample.sandboxMs.toFixed(0),
  ];
}
