/** Runs over time as bars: an SVG of its own, without a script. */

import { counted } from '../errors/printable.ts';
import type { PastRun } from '../run/run-history.ts';
import { type Html, html } from './markup.ts';

export interface Bar {
  /** When it begins. */
  readonly from: Date;
  readonly good: number;
  readonly failed: number;
}

export interface Scale {
  readonly bars: number;
  /** Milliseconds. */
  readonly width: number;
}

const HOUR = 3_600_000;
export const DAY: Scale = { bars: 24, width: HOUR };
export const MONTH: Scale = { bars: 30, width: 24 * HOUR };

/** The last bar is the hour, or the day, of `now`, in UTC. */
export function countRuns(history: readonly PastRun[], { bars, width }: Scale, now: Date): Bar[] {
  const first = Math.floor(now.getTime() / width) - bars + 1;
  const counts = Array.from({ length: bars }, () => ({ good: 0, failed: 0 }));
  for (const run of history) {
    const kind = run.exitCode === 0 || run.exitCode > 128 ? 'good' : 'failed';
    for (const [time, times] of spread(run, width)) {
      const bar = counts[Math.floor(time / width) - first];
      if (bar !== undefined) {
        bar[kind] += times;
      }
    }
  }
  return counts.map((count, at) => ({ from: new Date((first + at) * width), ...count }));
}

/** Runs that were counted in one line follow each other at equal distances: how many begin in each span, and when. */
function spread({ start, last, times }: PastRun, width: number): [number, number][] {
  const [from, to] = [Date.parse(start), Date.parse(last)];
  if (times === 1 || to <= from) {
    return [[from, times]];
  }
  const between = (to - from) / (times - 1);
  const upTo = (time: number): number => Math.min(times, Math.max(0, Math.ceil((time - from) / between)));
  const spans: [number, number][] = [];
  for (let span = Math.floor(from / width) * width; span <= to; span += width) {
    const end = span + width > to ? times : upTo(span + width);
    spans.push([Math.max(span, from), end - upTo(span)]);
  }
  return spans;
}

const SIZE = { width: 600, height: 120, top: 14, bottom: 16 };

/** `labelOf`: what is written under a bar, or nothing. */
export function barChart(title: string, bars: readonly Bar[], labelOf: (bar: Bar, at: number) => string): Html {
  const most = Math.max(1, ...bars.map(({ good, failed }) => good + failed));
  const step = SIZE.width / bars.length;
  const room = SIZE.height - SIZE.top - SIZE.bottom;
  const base = SIZE.top + room;
  // One run among thousands is still to be seen.
  const heightOf = (count: number): number => (count === 0 ? 0 : Math.max(2, (count / most) * room));
  const drawn = bars.map((bar, at) => {
    const [failed, good] = [heightOf(bar.failed), heightOf(bar.good)];
    const x = round(at * step + step * 0.1);
    const wide = round(step * 0.8);
    const told = `${bar.from.toISOString().slice(0, 16).replace('T', ' ')}: ${bar.good} well, ${bar.failed} failed`;
    return html`<g><title>${told}</title><rect class="room" x="${x}" y="${SIZE.top}" width="${wide}" height="${room}"/><rect class="good" x="${x}" y="${round(base - good)}" width="${wide}" height="${round(good)}"/><rect class="failed" x="${x}" y="${round(base - good - failed)}" width="${wide}" height="${round(failed)}"/>${label(labelOf(bar, at), at * step + step / 2)}</g>`;
  });
  const failed = bars.reduce((sum, bar) => sum + bar.failed, 0);
  const good = bars.reduce((sum, bar) => sum + bar.good, 0);
  const summary = `${title}: ${counted(good, 'run')} went well, ${failed} failed`;
  return html`<figure><figcaption>${summary}</figcaption><svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${summary}"><text class="most" x="2" y="10">${most}</text>${drawn}</svg></figure>`;
}

/** Whole, also under the first and the last bar. */
function label(text: string, middle: number): Html {
  const half = text.length * 3;
  return html`<text x="${round(Math.min(Math.max(middle, half), SIZE.width - half))}" y="${SIZE.height - 3}">${text}</text>`;
}

function round(value: number): string {
  return value.toFixed(1);
}
