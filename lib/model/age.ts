/** Spans of time as people read them: 45 → `45s`, 90 → `1m`, 259200 → `3d`. Coarse on purpose. */

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
];

export function formatAge(seconds: number): string {
  const unit = UNITS.find(([size]) => seconds >= size);
  return unit ? `${Math.floor(seconds / unit[0])}${unit[1]}` : `${Math.floor(seconds)}s`;
}

/** Whole seconds from a time (ISO 8601, or milliseconds) to `now`, never less than 0; null: there is no such time. */
export function secondsSince(time: string | number, now: Date): number | null {
  const since = new Date(time).getTime();
  return Number.isNaN(since) ? null : Math.max(0, Math.round((now.getTime() - since) / 1000));
}

/** `3d ago`; `-` for none. */
export function formatAgo(seconds: number | null): string {
  return seconds === null ? '-' : `${formatAge(seconds)} ago`;
}
