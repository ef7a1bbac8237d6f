/** The metrics are as Prometheus' conventions want them: its own tool says so. */
import { execFileSync, spawnSync } from 'node:child_process';
import { failureAsMetrics, statusAsMetrics } from '../../../lib/status/metrics.ts';
import { DEFAULT_THRESHOLDS, judge } from '../../../lib/status/verdict.ts';
import { aStatus, NOW, STATUS_WITH_ALL } from '../../harness/status.ts';
import { describeOrSkip } from '../../tmail/tools.ts';

const missing = spawnSync('promtool', ['--version']).error ? 'promtool' : null;
const STATUSES = { 'at rest': aStatus(), 'with everything there is': STATUS_WITH_ALL };
const metricsOf = (status: (typeof STATUSES)['at rest'], version = '3.0.0'): string =>
  statusAsMetrics(status, judge(status, DEFAULT_THRESHOLDS), version);

describeOrSkip('promtool check metrics', missing, () => {
  it.each(Object.entries(STATUSES))('finds nothing in those %s', (_, status) => {
    expect(execFileSync('promtool', ['check', 'metrics'], { input: metricsOf(status), encoding: 'utf8' })).toBe('');
  });

  it('finds nothing in those of a failure, whatever the version is called', () => {
    const input = failureAsMetrics({ level: 'unknown', reasons: ['x'] }, 'a"b\\c\nd');
    expect(execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })).toBe('');
    expect(input).toContain('ox_connector_status 3\n');
  });
});

it('says what waits of each type, zeros included, and what the last run did', () => {
  const lines = metricsOf(STATUSES['with everything there is']).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'ox_connector_queue_files{type="users/user"} 3',
      'ox_connector_queue_files{type="groups/group"} 0',
      'ox_connector_queue_files{type="invalid"} 1',
      'ox_connector_queue_oldest_age_seconds 60',
      'ox_connector_consecutive_errors 121',
      'ox_connector_failing_seconds 600',
      'ox_connector_failure_info{code="OX_UNREACHABLE"} 1',
      'ox_connector_skipped_objects{context="30"} 7',
      'ox_connector_parked_objects 2',
      'ox_connector_last_run_duration_seconds 1.25',
      'ox_connector_last_run_files{result="done"} 5',
      'ox_connector_last_run_files{result="left"} 3',
      `ox_connector_last_success_timestamp_seconds ${NOW.getTime() / 1000}`,
      `ox_connector_metrics_timestamp_seconds ${NOW.getTime() / 1000}`,
    ]),
  );
});

it('says of each number what it is', () => {
  const help = metricsOf(STATUSES['with everything there is']).matchAll(/^# HELP ox_connector_(\w+) (.*)$/gm);
  expect([...help].map(([, name, words]) => `${name}: ${words}`)).toEqual([
    'status: 0 ok, 1 warning, 2 critical, 3 unknown.',
    'metrics_timestamp_seconds: When these numbers were taken.',
    'queue_files: Files waiting.',
    'queue_oldest_age_seconds: How long the oldest file has waited.',
    'run_active: 1 while a run is going on.',
    'consecutive_errors: Runs in a row that failed.',
    'failing_seconds: How long runs have failed.',
    'failure_info: What the last run failed for.',
    'skipped_objects: Objects that wait for the credentials of their context.',
    'parked_objects: Objects set aside, refused or not readable.',
    'last_run_timestamp_seconds: Start of the last run that had something to do.',
    'last_run_duration_seconds: How long it took.',
    'last_run_files: What became of the files of the last run.',
    'last_success_timestamp_seconds: End of the last run without failure.',
    'fetch_last_number: Number of the last message.',
    'fetch_last_answer_timestamp_seconds: The last time that the Provisioning API answered as it should.',
    'fetch_prefill: State of the prefill: 1 for the one that it is in.',
    'fetch_parked_messages: Messages set aside because they cannot be used.',
    'fetch_left_over_objects: Objects that the last prefill did not name.',
    'sync_exit_code: Of the last run of sync that ended.',
    'sync_last_whole_timestamp_seconds: End of the last run of sync that came to its end.',
    'build_info: Version of the connector.',
  ]);
});

it('what has never been has no time', () => {
  expect(metricsOf(STATUSES['at rest'])).not.toMatch(/last_success|last_run|failure_info/);
});
