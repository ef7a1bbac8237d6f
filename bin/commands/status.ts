/** `status`: is it healthy? For people, health checks, Nagios and Prometheus. */
import { type Command, InvalidArgumentError } from 'commander';
import { asConnectorError, ConnectorError } from '../../lib/errors/connector-error.ts';
import { printableJson } from '../../lib/errors/printable.ts';
import { replaceFile } from '../../lib/files/durable.ts';
import { failureAsJson, statusAsJson } from '../../lib/status/json.ts';
import { failureAsMetrics, statusAsMetrics } from '../../lib/status/metrics.ts';
import { notLive, notReady } from '../../lib/status/probes.ts';
import { readStatus } from '../../lib/status/status.ts';
import { stateAsLine, statusAsText } from '../../lib/status/text.ts';
import { DEFAULT_THRESHOLDS, judge, type Level, type Thresholds, type Verdict } from '../../lib/status/verdict.ts';
import { type Frame, inFrame } from '../frame.ts';
import { openParts } from '../parts.ts';
import { dataDirectoryOf, type Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

/** Nagios' and Icinga's exit codes. */
const EXIT: Readonly<Record<Level, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };

const NAMES = {
  errors: 'failed runs in a row',
  failing: 'seconds that runs have failed',
  waiting: 'files waiting',
  age: 'seconds that the oldest file has waited',
  parked: 'parked objects',
};

interface StatusOptions extends Partial<Record<keyof Thresholds, readonly [number, number]>> {
  readonly json?: boolean;
  readonly prometheus?: boolean;
  readonly output?: string;
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
    const act = async (each: Frame): Promise<number> =>
      options.live || options.ready ? probe(each.directory, options) : tellStatus(each, options);
    terminal.finish(await inFrame(terminal.environment, frame, act));
  });
}

function tellStatus({ settings, directory }: Frame, options: StatusOptions): number {
  const { inbox, lastStates } = openParts(settings, directory);
  const status = readStatus(inbox, lastStates, new Date());
  const verdict = judge(status, { ...DEFAULT_THRESHOLDS, ...thresholdsOf(options) });
  const text = options.prometheus
    ? statusAsMetrics(status, verdict, VERSION)
    : `${options.json ? printableJson(statusAsJson(status, verdict)) : statusAsText(status, verdict)}\n`;
  publish(text, options.output);
  return EXIT[verdict.level];
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
  if (options.output === undefined) {
    process.stdout.write(text);
  } else {
    process.stdout.write(`${line}\n`);
    publishIfPossible(text, options.output);
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

function thresholdsOf(options: StatusOptions): Partial<Thresholds> {
  const given = (Object.keys(NAMES) as (keyof typeof NAMES)[]).flatMap((name) =>
    options[name] ? [[name, options[name]]] : [],
  );
  return Object.fromEntries(given);
}

function parseThreshold(text: string): readonly [number, number] {
  const [, warning, critical] = /^(\d{1,9}),(\d{1,9})$/.exec(text) ?? [];
  if (warning === undefined || Number(warning) > Number(critical)) {
    throw new InvalidArgumentError('expected two numbers, for example 10,100');
  }
  return [Number(warning), Number(critical)];
}

/** A reader of the file sees the old content or the new. */
function publish(text: string, file: string | undefined): void {
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    replaceFile(file, text, 0o644);
  } catch (error) {
    throw new ConnectorError(
      'DATA_UNWRITABLE',
      `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`,
      { path: file },
      error,
      'Give --output a file in a directory that is there and can be written.',
    );
  }
}

/** Who reads the file learns it too, unless it is the file that cannot be written. */
function publishIfPossible(text: string, file: string): void {
  try {
    publish(text, file);
  } catch {
    // Said on standard output.
  }
}
