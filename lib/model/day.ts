/**
 * Days in every form that UDM's syntaxes let through: ISO 8601 with and without hyphens, ordinal and week dates,
 * `YYYY-M-D`, `D.M.YYYY` and `DD.MM.YY`.
 */

/** `DD.MM.YY`: a year of two digits is at most this far ahead; what would be later is of the century before. */
const YEARS_AHEAD = 10;

const DAY = 86_400_000;

type Form = readonly [pattern: RegExp, read: (numbers: readonly number[], now: Date) => Date | null];

const FORMS: readonly Form[] = [
  [/^(\d{4})-(\d{1,2})-(\d{1,2})$/, ([year, month, day]) => dayOf(year, month, day)],
  [/^(\d{4})(\d\d)(\d\d)$/, ([year, month, day]) => dayOf(year, month, day)],
  [/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, ([day, month, year]) => dayOf(year, month, day)],
  [/^(\d{1,2})\.(\d{1,2})\.(\d\d)$/, ([day, month, year = 0], now) => dayOf(centuryOf(now, year) + year, month, day)],
  [/^(\d{4})-?(\d{3})$/, ([year, day = 0]) => within(year, addDays(dayOf(year, 1, 1), day - 1))],
  [/^(\d{4})-?W(\d\d)-?([1-7])$/, ([year, week, day]) => dayOfWeek(year, week, day)],
];

/** `YYYY-MM-DD`; null: the text does not mean one day of the calendar. */
export function readDay(text: string, now = new Date()): string | null {
  for (const [pattern, read] of FORMS) {
    const [, ...found] = pattern.exec(text.trim()) ?? [];
    if (found.length > 0) {
      const day = read(found.map(Number), now)?.toISOString().slice(0, 10) ?? null;
      return day === null || NEVER.test(day) ? null : day;
    }
  }
  return null;
}

/** The calendar went from the 4th to the 15th; OX takes these days for ten days later. */
const NEVER = /^1582-10-(?:0[5-9]|1[0-4])$/;

function centuryOf(now: Date, twoDigits: number): number {
  const latest = now.getUTCFullYear() + YEARS_AHEAD;
  const century = latest - (latest % 100);
  return century + twoDigits > latest ? century - 100 : century;
}

function dayOf(year = 0, month = 0, day = 0): Date | null {
  const date = new Date(0);
  // Unlike the constructor, this leaves years below 100 as they are.
  date.setUTCFullYear(year, month - 1, day);
  const isThere = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isThere ? within(year, date) : null;
}

/** Week 1 is the one with 4 January in it. */
function dayOfWeek(year = 0, week = 0, day = 0): Date | null {
  const thursdayOf = (date: Date): Date => new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY);
  const fourth = dayOf(year, 1, 4);
  const thursday = fourth && addDays(thursdayOf(fourth), (week - 1) * 7);
  // The Thursday of a week lies in the year that the week belongs to.
  return within(year, thursday) && within(null, addDays(thursday, day - 4));
}

function addDays(date: Date | null, days: number): Date | null {
  return date && new Date(date.getTime() + days * DAY);
}

/** Years that OX can store; `year`: only this one. */
function within(year: number | null = null, date: Date | null): Date | null {
  const found = date?.getUTCFullYear() ?? 0;
  return found >= 1 && found <= 9999 && (year === null || found === year) ? date : null;
}
