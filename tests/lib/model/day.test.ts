/** What means a day, in every form that UDM's syntaxes let through, and what does not. */
import { readDay } from '../../../lib/model/day.ts';

const NOW = new Date('2026-11-28T00:00:00Z');

it.each([
  ['ISO 8601', '1984-02-29', '1984-02-29'],
  ['without hyphens', '19840229', '1984-02-29'],
  ['without zeros', '2010-6-1', '2010-06-01'],
  ['ordinal', '1984-060', '1984-02-29'],
  ['ordinal without hyphen', '1984366', '1984-12-31'],
  ['week', '2009-W01-1', '2008-12-29'],
  ['week without hyphens', '2009W537', '2010-01-03'],
  ['week in the middle', '2026-W48-6', '2026-11-28'],
  ['German', '29.02.1984', '1984-02-29'],
  ['German without zeros', '1.6.2010', '2010-06-01'],
  ['German with two digits, former century', '29.02.84', '1984-02-29'],
  ['German with two digits, this century', '01.06.10', '2010-06-01'],
  ['two digits, ten years ahead', '31.12.36', '2036-12-31'],
  ['two digits, later than that', '01.01.37', '1937-01-01'],
  ['with blanks around', ' 1984-02-29 ', '1984-02-29'],
  ['the first year', '0001-01-01', '0001-01-01'],
  ['the last year', '9999-12-31', '9999-12-31'],
  ['before the gap of the calendar', '1582-10-04', '1582-10-04'],
  ['after it', '1582-10-15', '1582-10-15'],
])('%s: %s', (_form, text, day) => {
  expect(readDay(text, NOW)).toBe(day);
});

it.each([
  ['a year', '1984'],
  ['a month', '1984-02'],
  ['a month without hyphen', '198402'],
  ['a week', '2026-W48'],
  ['a week without hyphen', '2026W48'],
  ['30 February', '1984-02-30'],
  ['29 February of a common year', '29.02.1981'],
  ['29 February of two digits', '29.02.85'],
  ['month 13', '2001-13-01'],
  ['month 0', '2001-00-10'],
  ['day 0', '20010100'],
  ['day 366 of a common year', '2001-366'],
  ['day 0 of a year', '2001-000'],
  ['week 53 of a year of 52', '2025-W53-1'],
  ['week 0', '2026-W00-1'],
  ['week 54', '2009-W54-1'],
  ['day 8 of a week', '2009-W01-8'],
  ['a day that the calendar never had', '1582-10-10'],
  ['year 0', '0000-01-01'],
  ['year 12000', '12000-01-01'],
  ['a week that ends in year 10000', '9999-W53-7'],
  ['American', '02/29/1980'],
  ['with a time', '1980-02-29T00:00:00Z'],
  ['three digits of a year', '1.1.199'],
  ['text', 'soon'],
  ['nothing', ''],
  ['a digit', '0'],
])('%s means no day: %s', (_what, text) => {
  expect(readDay(text, NOW)).toBeNull();
});

it('takes every day of four hundred years in every form, as the calendar has it', () => {
  for (let at = Date.UTC(1800, 0, 1); at < Date.UTC(2200, 0, 1); at += 86_400_000 * 17) {
    const day = new Date(at).toISOString().slice(0, 10);
    const [year = '', month = '', date = ''] = day.split('-');
    const ordinal = String((at - Date.UTC(Number(year), 0, 1)) / 86_400_000 + 1).padStart(3, '0');
    const forms = [year + month + date, `${year}-${ordinal}`, `${Number(date)}.${Number(month)}.${year}`];
    expect(forms.map((form) => readDay(form, NOW))).toEqual([day, day, day]);
  }
});
