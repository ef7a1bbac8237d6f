/** `status`: is it healthy? For people, health checks, Nagios and Prometheus. */
import { statSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { asConnectorError } from '../../lib/errors/connector-error.ts';
import { ifPossible } from '../../lib/errors/if-possible.ts';
import { printableJson } from '../../lib/errors/printable.ts';
import { replaceFile } from '../../lib/files/durable.ts';
import { describeAside } from '../../lib/queue/describe.ts';
import { groupByReason } from '../../lib/queue/selection.ts';
import { failureAsJson, statusAsJson } from '../../lib/status/json.ts';
import { failureAsMetrics, statusAsMetrics } from '../../lib/status/metrics.ts';
import { failureAsPage, statusAsPage } from '../../lib/status/page.ts';
import { notLive, notReady } from '../../lib/status/probes.ts';
import { readStatus } from '../../lib/status/status.ts';
import { stateAsLine, statusAsText } from '../../lib/status/text.ts';
import { DEFAULT_THRESHOLDS, judge, type Level, type Thresholds, type Verdict } from '../../lib/status/verdict.ts';
import { objectMistakes } from '../../lib/validate/objects.ts';
import { type Frame, inFrame } from '../frame.ts';
import { writeAsNamed } from '../output.ts';
import { openParts } from '../parts.ts';
import { hanging, widthOf } from '../table.ts';
import { dataDirectoryOf, type Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';
import { parseInterval, WATCH_OPTION, watching } from '../watch.ts';

/** Nagios' and Icinga's exit codes. */
const EXIT: Readonly<Record<Level, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };

const NAMES = {
  errors: 'failed runs in a row',
  failing: 'seconds that runs have failed',
  waiting: 'files waiting',
  age: 'seconds that the oldest file has waited',
  parked: 'parked objects',
  sync: 'seconds without a run of sync that came to its end',
};

interface StatusOptions extends Partial<Thresholds> {
  readonly json?: boolean;
  readonly prometheus?: boolean;
  readonly html?: string;
  readonly output?: string;
  /** Seconds; true: the usual interval. */
  readonly watch?: number | true;
  readonly live?: boolean;
  readonly ready?: boolean;
}

export function addStatusVerb(program: Command, terminal: Terminal): void {
  const command = program
    .command('status')
    .summary('is it healthy? Exit code 0 ok, 1 warning, 2 critical, 3 unknown')
    .description(
      'Tells whether the connector is healthy, from the data directory alone. Exit code 0 ok, 1 warning, 2 critical, ' +
        '3 it cannot be said: as Nagios and Icinga want it, also where data or settings are wrong.',
    )
    .option('--json', 'print JSON')
    .option('--prometheus', "print metrics in Prometheus' text format")
    .option('--html <file>', 'write a page to look at, which needs nothing else, to this file')
    .option(...WATCH_OPTION, parseInterval)
    .option('--live', 'only whether follow is alive: exit code 0 or 1 (probe of Kubernetes)')
    .option('--ready', 'only whether follow gets its messages: exit code 0 or 1 (probe of Kubernetes)')
    .option('--output <file>', 'write to this file, atomically, instead of printing');
  for (const [name, what] of Object.entries(NAMES) as [keyof typeof NAMES, string][]) {
    const [warning, critical] = DEFAULT_THRESHOLDS[name];
    command.option(`--${name} <warning,critical>`, `${what} (default: ${warning},${critical})`, parseThreshold);
  }
  command.action(async (options: StatusOptions, self: Command) => {
    const frame = {
      dataDirectory: dataDirectoryOf(self),
      lock: false,
      onFailure: (error: unknown): number => tellFailure(error, options),
    } as const;
    const act = async (each: Frame): Promise<number> => {
      if (options.live || options.ready) {
        return probe(each.directory, options);
      }
      let code: number = EXIT.unknown;
      await watching(options.watch, () => {
        code = tellStatus(each, options);
      });
      return code;
    };
    terminal.finish(await inFrame(terminal.environment, frame, act), EXIT.unknown);
  });
}

function tellStatus({ settings, directory }: Frame, options: StatusOptions): number {
  const { inbox, lastStates } = openParts(settings, directory);
  const status = readStatus(inbox, lastStates, new Date());
  const verdict = judge(status, { ...DEFAULT_THRESHOLDS, ...options });
  if (options.html !== undefined) {
    const reasonsOf = (place: 'parked' | 'dropped') =>
      groupByReason(describeAside(inbox, place, objectMistakes, status.taken));
    const aside = { parked: reasonsOf('parked'), dropped: reasonsOf('dropped') };
    publishPage(statusAsPage(status, verdict, aside, VERSION), options.html);
    if (!options.prometheus && !options.json && options.output === undefined) {
      process.stdout.write(`${stateAsLine(verdict)}\n`);
      return EXIT[verdict.level];
    }
  }
  const text = options.prometheus
    ? statusAsMetrics(status, verdict, VERSION)
    : `${options.json ? printableJson(statusAsJson(status, verdict)) : fitted(statusAsText(status, verdict), options)}\n`;
  publish(text, options.output);
  return EXIT[verdict.level];
}

const TITLE = 'Status:       '.length;

/** What goes into a file, or to a program that looks for lines, is not broken. */
function fitted(text: string, { output }: StatusOptions): string {
  const width = output === undefined ? widthOf(process.stdout) : Number.POSITIVE_INFINITY;
  const lines = text.split('\n').map((line) => hanging(line, TITLE, width));
  return lines.join('\n');
}

const MISTAKES = new Set(['DATA_UNREADABLE', 'DATA_UNWRITABLE', 'LAST_STATE_BROKEN']);

/** Where not even that can be read: one line, for a check that takes the first. */
function tellFailure(failure: unknown, options: StatusOptions): number {
  const { code, message, remedy } = asConnectorError(failure);
  const reason = `${message} (${code})${remedy ? `: ${remedy}` : ''}`.replace(/\s*\n\s*/g, '; ');
  const verdict: Verdict = { level: MISTAKES.has(code) ? 'critical' : 'unknown', reasons: [reason] };
  if (options.live || options.ready) {
    process.stdout.write(`${stateAsLine(verdict)}\n`);
    return 1;
  }
  const line = options.json ? printableJson(failureAsJson(verdict)) : stateAsLine(verdict);
  const text = options.prometheus ? failureAsMetrics(verdict, VERSION) : `${line}\n`;
  const { html, output } = options;
  process.stdout.write(output === undefined ? text : `${line}\n`);
  // Who reads the file learns it too, unless it is the file that cannot be written.
  if (output !== undefined) {
    ifPossible(() => publish(text, output));
  }
  if (html !== undefined) {
    ifPossible(() => publishPage(failureAsPage(verdict, new Date(), VERSION), html));
  }
  return EXIT[verdict.level];
}

/** From files alone, and quick: it is asked every few seconds. */
function probe(directory: string, { live, ready }: StatusOptions): number {
  const now = new Date();
  const reason = (live ? notLive(directory, now) : '') || (ready ? notReady(directory, now) : '');
  process.stdout.write(`${reason || 'ok'}\n`);
  return reason === '' ? 0 : 1;
}

function parseThreshold(text: string): readonly [number, number] {
  const [, warning, critical] = /^(\d{1,9}),(\d{1,9})$/.exec(text) ?? [];
  if (warning === undefined || Number(warning) > Number(critical)) {
    throw new InvalidArgumentError('expected two numbers, for example 10,100');
  }
  return [Number(warning), Number(critical)];
}

function publish(text: string, file: string | undefined): void {
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  // A reader of the file sees the old content or the new.
  writeAsNamed(file, text, () => replaceFile(file, text, 0o644));
}

/** It names people: for the owner alone, or for those whom the file is open to already. */
function publishPage(text: string, file: string): void {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0o600;
  writeAsNamed(file, text, () => replaceFile(file, text, mode & 0o777));
}
