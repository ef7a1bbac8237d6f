/** The npm scripts as the manual says they are used. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };

const RUNNERS = Object.entries(packageJson.scripts).flatMap(([name, script]) => {
  const [, options = '', project = ''] = /\bjest (--selectProjects (\w+).*)$/.exec(script) ?? [];
  return project === '' ? [] : [{ name, options: options.split(' '), project }];
});

it.each(RUNNERS)('npm run $name -- FILE takes that file alone', ({ options, project }) => {
  const folder = project === 'unit' ? 'tests/docs' : `tests/${project}`;
  const file = resolve(folder, readdirSync(folder).find((name) => name.endsWith('.test.ts')) ?? '');
  const jest = ['node_modules/jest/bin/jest.js', ...options, file, '--listTests'];
  const listed = execFileSync(process.execPath, jest, { encoding: 'utf8' }).split('\n');
  expect(listed.filter((line) => line.endsWith('.test.ts'))).toEqual([file]);
});
