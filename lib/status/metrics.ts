/** How the connector stands, in Prometheus' text format. All are gauges: nothing here only ever rises. */
import { OBJECT_TYPES } from '../model/change.ts';
import { fetchingAsMetrics } from './fetch-status.ts';
import type { Status } from './status.ts';
import { syncsAsMetrics } from './sync-status.ts';
import type { Level, Verdict } from './verdict.ts';

/** Name without prefix, help, and the samples: labels and value. Without samples there is nothing to say. */
export type Metric = readonly [string, string, readonly (readonly [string, number])[]];

const LEVELS: Readonly<Record<Level, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };

export function statusAsMetrics(status: Status, verdict: Verdict, version: string): string {
  const { waiting, failure, history } = status;
  const last = history.at(-1);
  const types = [...OBJECT_TYPES, 'invalid'];
  const results = last && (['done', 'skipped', 'parked', 'left'] as const).map((name) => [name, last[name]] as const);
  return render([
    levelOf(verdict),
    ['metrics_timestamp_seconds', 'When these numbers were taken.', [['', Math.round(status.taken.getTime() / 1000)]]],
    ['queue_files', 'Files waiting.', types.map((type) => [label('type', type), waiting[type]?.files ?? 0])],
    ['queue_oldest_age_seconds', 'How long the oldest file has waited.', [['', status.oldestAge ?? 0]]],
    ['run_active', '1 while a run is going on.', [['', status.run ? 1 : 0]]],
    ['consecutive_errors', 'Runs in a row that failed.', [['', failure?.errors ?? 0]]],
    ['failing_seconds', 'How long runs have failed.', [['', failure?.lasting ?? 0]]],
    ['failure_info', 'What the last run failed for.', failure ? [[label('code', failure.code), 1]] : []],
    [
      'skipped_objects',
      'Objects that wait for the credentials of their context.',
      Object.entries(status.skipped).map(([context, count]) => [label('context', context), count]),
    ],
    ['parked_objects', 'Objects set aside, refused or not readable.', [['', status.parked]]],
    ['last_run_timestamp_seconds', 'Start of the last run that had something to do.', time(last?.last)],
    ['last_run_duration_seconds', 'How long it took.', last ? [['', last.duration / 1000]] : []],
    [
      'last_run_files',
      'What became of the files of the last run.',
      (results ?? []).map(([result, count]) => [label('result', result), count]),
    ],
    ['last_success_timestamp_seconds', 'End of the last run without failure.', time(status.lastSuccess)],
    ...(status.fetching === null ? [] : fetchingAsMetrics(status.fetching)),
    ...syncsAsMetrics(status.syncs),
    buildInfo(version),
  ]);
}

/** Where it cannot be said how it stands. */
export function failureAsMetrics(verdict: Verdict, version: string): string {
  return render([levelOf(verdict), buildInfo(version)]);
}

function levelOf({ level }: Verdict): Metric {
  return ['status', '0 ok, 1 warning, 2 critical, 3 unknown.', [['', LEVELS[level]]]];
}

function buildInfo(version: string): Metric {
  return ['build_info', 'Version of the connector.', [[label('version', version), 1]]];
}

function label(name: string, value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `{${name}="${escaped}"}`;
}

/** A time in ISO 8601. */
function time(text = ''): readonly [string, number][] {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? [] : [['', Math.round(milliseconds / 1000)]];
}

function render(metrics: readonly Metric[]): string {
  return metrics
    .filter(([, , samples]) => samples.length > 0)
    .map(([name, help, samples]) => {
      const head = `# HELP ox_connector_${name} ${help}\n# TYPE ox_connector_${name} gauge\n`;
      return head + samples.map(([labels, value]) => `ox_connector_${name}${labels} ${value}\n`).join('');
    })
    .join('');
}
