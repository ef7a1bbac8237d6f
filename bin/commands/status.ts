/** `status`: is it healthy? For people, health checks, Nagios and Prometheus. */
import { type Command, InvalidArgumentError } from 'commander';
import { printableJson } from '../../lib/errors/printable.ts';
import { replaceFile } from '../../lib/files/durable.ts';
import { notLive, notReady } from '../../lib/status/probes.ts';
import {
  DEFAULT_THRESHOLDS,
  judge,
  type Level,
  readStatus,
  statusAsJson,
  statusAsMetrics,
  statusAsText,
  type Thresholds,
} from '../../lib/status/status.ts';
import { inFrame } from '../frame.ts';
import { openParts } from '../parts.ts';
import { dataDirectoryOf, type Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

/** Nagios' and Icinga's exit codes. */
const EXIT: Readonly<Record<Level, number>> = { ok: 0, warning: 1, critical: 2 };

const NAMES = {
  errors: 'failed runs in a row',
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
    .summary('is it healthy? Exit code 0 ok, 1 warning, 2 critical')
    .description(
      'Tells whether the connector is healthy, from the data directory alone. Exit code 0 ok, 1 warning, 2 critical.',
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
    const frame = { dataDirectory: dataDirectoryOf(self), lock: false };
    const code = await inFrame(terminal.environment, frame, async ({ settings, directory }) => {
      if (options.live || options.ready) {
        return probe(directory, options);
      }
      const { inbox, lastStates } = openParts(settings, directory);
      const status = readStatus(inbox, lastStates, new Date());
      const verdict = judge(status, { ...DEFAULT_THRESHOLDS, ...thresholdsOf(options) });
      const text = options.prometheus
        ? statusAsMetrics(status, verdict, VERSION)
        : `${options.json ? printableJson(statusAsJson(status, verdict)) : statusAsText(status, verdict)}\n`;
      publish(text, options.output);
      return EXIT[verdict.level];
    });
    terminal.finish(code);
  });
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
  replaceFile(file, text, 0o644);
}
