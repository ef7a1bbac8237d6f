/** Alert rules and dashboard ask for what `status --prometheus` really tells, and the rules fire when they should. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeLoad } from 'js-yaml';
import dashboard from '../../build/monitoring/grafana-dashboard.json' with { type: 'json' };
import { statusAsMetrics } from '../../lib/status/metrics.ts';
import { STATUS_WITH_ALL } from '../harness/status.ts';
import { freshFolder } from '../harness/temporary.ts';
import { describeOrSkip } from '../tmail/tools.ts';

const DIRECTORY = 'build/monitoring';

/** Name → labels. */
const METRICS = new Map<string, Set<string>>();
for (const [, name = '', labels = ''] of statusAsMetrics(
  STATUS_WITH_ALL,
  { level: 'ok', reasons: [] },
  '3.0.0',
).matchAll(/^(ox_connector_\w+)(\{.*\})? /gm)) {
  const known = METRICS.get(name) ?? new Set(['instance', 'job']);
  METRICS.set(name, known);
  for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) {
    known.add(label);
  }
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string; readonly annotations: object }[];
  }[];
}
const { groups } = safeLoad(readFileSync(join(DIRECTORY, 'alerts.yaml'), 'utf8')) as Rules;
const ALERTS = groups.flatMap(({ rules }) => rules);
const PANELS = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legend: legendFormat })),
);
const VARIABLES = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);

function unknownIn(query: string): string[] {
  return [...query.matchAll(/(ox_connector_\w+)(\{[^}]*\})?/g)].flatMap(([, name = '', selector = '']) => {
    const labels = METRICS.get(name);
    const wrong = [...selector.matchAll(/(\w+)=~?"/g)].flatMap(([, label = '']) =>
      labels?.has(label) ? [] : [`${name}: ${label}`],
    );
    return labels === undefined ? [name] : wrong;
  });
}

it.each([
  ...ALERTS.map(({ alert, expr }) => [alert, expr] as const),
  ...PANELS.map(({ title, expr }) => [title, expr] as const),
  ...VARIABLES.map((query) => ['variable', query] as const),
])('%s asks for metrics and labels that there are: %s', (_, query) => {
  expect(query).toMatch(/ox_connector_/);
  expect(unknownIn(query)).toEqual([]);
});

it('finds out what there is not', () => {
  expect(unknownIn('ox_connector_queue_file{type="x"} + ox_connector_parked_objects{type="x"}')).toEqual([
    'ox_connector_queue_file',
    'ox_connector_parked_objects: type',
  ]);
});

it.each(PANELS)('$title names its lines by labels that they have', ({ expr, legend }) => {
  const [, name = ''] = /(ox_connector_\w+)/.exec(expr) ?? [];
  const grouped = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/);
  const labels = grouped ?? [...(METRICS.get(name) ?? [])];
  expect(labels).toEqual(expect.arrayContaining([...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)));
});

it('the dashboard shows every metric, in panels of their own places', () => {
  const shown = PANELS.map(({ expr }) => expr).join(' ');
  expect([...METRICS.keys()].filter((name) => !new RegExp(`${name}\\b`).test(shown))).toEqual([]);
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
});

it('the manual explains every alert and every metric', () => {
  const page = readFileSync('docs/monitoring.md', 'utf8');
  const names = [...ALERTS.map(({ alert }) => alert), ...METRICS.keys()];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

const missing = spawnSync('promtool', ['--version']).error ? 'promtool' : null;
describeOrSkip('promtool', missing, () => {
  const folder = freshFolder();
  const promtool = (...args: readonly string[]): string =>
    execFileSync('promtool', args, { encoding: 'utf8', stdio: 'pipe' });

  it('test rules: each alert fires when it should, and not before', () => {
    expect(promtool('test', 'rules', join(DIRECTORY, 'alerts.test.yaml'))).toContain('SUCCESS');
    const tested = readFileSync(join(DIRECTORY, 'alerts.test.yaml'), 'utf8');
    const fired = [...tested.matchAll(/alertname: (\w+)\n\s+exp_alerts:/g)].map(([, name]) => name);
    expect([...new Set(fired)].sort()).toEqual(ALERTS.map(({ alert }) => alert).sort());
  });

  it('check rules: understands the alerts and the queries of the dashboard', () => {
    expect(promtool('check', 'rules', join(DIRECTORY, 'alerts.yaml'))).toContain('SUCCESS');
    const rules = PANELS.map(({ expr }, at) => ({
      record: `panel:number${at}`,
      expr: expr.replaceAll('$instance', '.*'),
    }));
    const file = join(folder(), 'panels.yaml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    expect(promtool('check', 'rules', file)).toContain(`SUCCESS: ${PANELS.length} rules found`);
  });
});
