/** `check`: the preconditions, and the comparison of last states and OX. */
import type { Command } from 'commander';
import { type Finding, failureFinding, type Severity } from '../../lib/check/finding.ts';
import { asConnectorError, EXIT_CODES } from '../../lib/errors/connector-error.ts';
import { counted, printable, printableJson } from '../../lib/errors/printable.ts';
import { addAgain, waitingIds } from '../../lib/memory/again.ts';
import { openLastStates } from '../../lib/memory/last-state.ts';
import { openInbox } from '../../lib/queue/inbox.ts';
import { envelopeMistakes } from '../../lib/validate/envelope.ts';
import { findingsOf } from '../check-parts.ts';
import { type Colour, type Paint, painter } from '../colours.ts';
import type { Frame } from '../frame.ts';
import { shortValue, widthOf, wrapped } from '../table.ts';
import { runVerb, type Terminal } from '../terminal.ts';

interface CheckOptions {
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly access?: boolean;
}

interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** Objects put into the queue. */
  readonly queued: number;
  /** Objects that were compared with OX, and those of them that are as they should be. */
  readonly compared: number;
  readonly agreed: number;
}

export function addCheckVerb(program: Command, terminal: Terminal): void {
  program
    .command('check')
    .summary('compare with OX or TMail, and find what stands in the way; exit code 1: differences')
    .description(
      'Looks at files, settings, logins and objects for what stands in the way of provisioning, then compares what was ' +
        'provisioned last with what OX or TMail has. Changes nothing. Exit code 0 no problems, 1 problems or differences.',
    )
    .option('--json', 'print JSON')
    .option('--fix', 'put what differs into the queue: the next run repairs it')
    .option('--access', 'also compare the module access, which takes one call for each user')
    .action(async (options: CheckOptions, self: Command) => {
      const paint = painter(process.stdout, terminal.environment);
      await runVerb(terminal, self, { lock: false }, (frame) =>
        tellFindings(findingsOf(frame, terminal.environment, options.access === true), frame, options, paint),
      );
    });
}

/** Answers the exit code. */
export async function tellFindings(
  findings: AsyncIterable<Finding>,
  { directory, progress }: Frame,
  options: CheckOptions,
  paint: Paint,
): Promise<number> {
  const report = options.json ? jsonReport() : textReport(paint);
  const count = { error: 0, warning: 0, info: 0 } satisfies Record<Severity, number>;
  /** Object → whether OX's id has to be looked up anew. */
  const repairs = new Map<string, boolean>();
  let failure = 0;
  let agreement = { compared: 0, agreed: 0 };
  const take = (found: Finding): void => {
    progress.above(() => report.add(found));
    count[found.severity] += 1;
    agreement = found.agreed ?? agreement;
    failure ||= found.code ? EXIT_CODES[found.code] : 0;
    if (found.repair !== undefined) {
      repairs.set(found.repair, found.forgetsId === true || repairs.get(found.repair) === true);
    }
  };
  try {
    for await (const found of findings) {
      take(found);
    }
  } catch (error) {
    const known = asConnectorError(error);
    if (known.code === 'INTERNAL') {
      throw error;
    }
    take(failureFinding(known));
  } finally {
    progress.end();
  }
  const queued = options.fix ? queueRepairs(directory, repairs) : 0;
  report.end({ errors: count.error, warnings: count.warning, infos: count.info, queued, ...agreement });
  return failure || (count.error + count.warning > 0 ? 1 : 0);
}

/** What waits already will be provisioned anyway, but for ids that are wrong. Answers how many were added. */
function queueRepairs(directory: string, repairs: ReadonlyMap<string, boolean>): number {
  const inbox = openInbox(directory, envelopeMistakes);
  const lastStates = openLastStates(directory, envelopeMistakes);
  const waiting = waitingIds(inbox);
  return [...repairs].filter(
    ([id, forgetsId]) =>
      !(forgetsId ? waiting.get(id) : waiting.has(id)) &&
      addAgain(inbox, lastStates, id, forgetsId ? { oxConnectorForgetId: true } : {}) !== null,
  ).length;
}

interface Report {
  add(found: Finding): void;
  end(summary: Summary): void;
}

/** One document, a finding in each line; written as they come, however many there are. */
function jsonReport(): Report {
  let before = '{"findings":[\n';
  return {
    add({ repair: _, forgetsId: __, claims: ___, agreed: ____, ...shown }) {
      process.stdout.write(before + printableJson(shown));
      before = ',\n';
    },
    end: (summary) =>
      process.stdout.write(`${before === ',\n' ? '\n' : before}],"summary":${JSON.stringify(summary)}}\n`),
  };
}

const COLOURS: Readonly<Record<Severity, Colour>> = { error: 'red', warning: 'yellow', info: 'green' };
const WIDTHS = { severity: 8, kind: 20, context: 8 };

function textReport(paint: Paint): Report {
  const remedies = new Map<string, string>();
  const width = widthOf(process.stdout);
  let isHeaded = false;
  return {
    add({ severity, kind, context, object, message, remedy, fields }) {
      const what = object === undefined || message.includes(object) ? message : `${object}: ${message}`;
      if (!isHeaded) {
        process.stdout.write(row('SEVERITY'.padEnd(WIDTHS.severity), 'KIND', 'CONTEXT', 'FINDING', width));
        isHeaded = true;
      }
      const painted = paint(COLOURS[severity], severity.padEnd(WIDTHS.severity));
      process.stdout.write(row(painted, kind, context === undefined ? '-' : String(context), printable(what), width));
      for (const { field, before, after } of fields ?? []) {
        const change = `${field}: ${shortValue(printable(before))} → ${shortValue(printable(after))}`;
        process.stdout.write(`${wrapped(change, INDENT, width)}\n`);
      }
      if (remedy !== '') {
        remedies.set(remedy, kind);
      }
    },
    end({ errors, warnings, queued, compared, agreed }) {
      const advice = [...remedies].map(([remedy, kind]) => `${wrapped(`${kind}: ${remedy}`, '  ', width)}\n`);
      process.stdout.write(advice.length > 0 ? `\nWhat to do:\n${advice.join('')}` : '');
      const agreement = compared > 0 ? `${agreed} of ${compared} objects are in OX as they should be\n` : '';
      process.stdout.write(
        `\n${agreement}${counted(errors, 'error')}, ${counted(warnings, 'warning')}${queued > 0 ? `, ${counted(queued, 'object')} put into the queue` : ''}\n`,
      );
    },
  };
}

/** On a narrow terminal the finding has lines of its own. */
function row(severity: string, kind: string, context: string, finding: string, width: number): string {
  const before = `${severity}  ${kind.padEnd(WIDTHS.kind)}  ${context.padEnd(WIDTHS.context)}`;
  const room = width - WIDTHS.severity - WIDTHS.kind - WIDTHS.context;
  return room < finding.length + 2 * GAPS
    ? `${before.trimEnd()}\n${wrapped(finding, INDENT, width)}\n`
    : `${before}  ${finding}\n`;
}

const INDENT = '    ';
const GAPS = 3;
