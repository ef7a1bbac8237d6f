/** What `plan` prints: how often a run would do what, and what it would send for each file. */
import { counted, printable } from '../lib/errors/printable.ts';
import { EFFECTS, type PlannedFile, type Tally } from '../lib/plan/planned.ts';
import type { FieldChange } from '../lib/target/outcome.ts';
import { formatTable, shortValue, wrapped } from './table.ts';

/** `stopsAt`: the file that a run would stop at; null: it would not. */
export function summaryAsText(tally: Tally, stopsAt: string | null, width: number): string {
  const { files, total, refused } = tally;
  if (files === 0) {
    return 'Nothing waits.\n';
  }
  const rows = [...tally.byType].map(([type, counts]) => [
    type || '?',
    ...EFFECTS.map((effect) => String(counts[effect])),
  ]);
  const said = EFFECTS.flatMap((effect) => (total[effect] === 0 ? [] : [`${total[effect]} ${effect}`]));
  const lines = refused.map(({ file, dn, outcome }) =>
    wrapped(`${file}${dn === '' ? '' : ` ${dn}`}: ${outcome}`, '  ', width),
  );
  const more = total.refused - lines.length;
  return `${[
    `${counted(files, 'file')}: ${said.join(', ')}`,
    '',
    formatTable(['TYPE', ...EFFECTS.map((effect) => effect.toUpperCase())], rows, width),
    ...(lines.length > 0 ? ['', ...lines] : []),
    ...(more > 0 ? [`  … and ${more} more`] : []),
    ...(stopsAt === null
      ? []
      : ['', wrapped(`A run stops at ${stopsAt}: what comes after it is told as if it were set aside.`, '', width)]),
    '',
    'plan --details shows what would be sent for each file, plan FILE for one of them.',
  ].join('\n')}\n`;
}

/** One file; `stopsAt`: where a run would stop, there or before. */
export function fileAsText(planned: readonly PlannedFile[], stopsAt: string | null, width: number): string {
  const isBefore = stopsAt !== null && !planned.some(({ file }) => file === stopsAt);
  const told = planned.length === 0 ? 'A run would send nothing for it.\n' : planned.map(entryAsText).join('\n');
  return isBefore ? `${told}\n${wrapped(`A run stops before that, at ${stopsAt}.`, '', width)}\n` : told;
}

export function entryAsText({ file, dn, outcome, reasons, calls }: PlannedFile): string {
  const what = file.startsWith('(') ? `${file} put into the queue by an earlier file: ${dn}` : `${file} ${dn}`;
  const lines = [`${what}: ${outcome}`, ...reasons.map((reason) => `  note: ${reason}`)];
  for (const { service, operation, object, changes } of calls) {
    lines.push(`  ${service}.${operation} for ${object}`, ...changes.map(fieldAsText));
  }
  return `${lines.map(printable).join('\n')}\n`;
}

function fieldAsText({ field, before, after }: FieldChange): string {
  const values = field.startsWith('members ')
    ? listed(before || after)
    : `${shortValue(before)} → ${shortValue(after)}`;
  return `    ${field}: ${values}`;
}

const MOST_MEMBERS = 10;

function listed(names: string): string {
  const all = names.split(', ');
  const more = all.length - MOST_MEMBERS;
  return more > 0 ? `${all.slice(0, MOST_MEMBERS).join(', ')} and ${more} more` : names;
}
