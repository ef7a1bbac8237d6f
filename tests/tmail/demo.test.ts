/** The demonstration with LDAP and TMail shows what it claims to show. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { missingForSlapd } from './slapd.ts';
import { describeOrSkip } from './tools.ts';

describeOrSkip('the demonstration with a directory', missingForSlapd(), () => {
  it('shows a first sync, changes, a second one, and one with nothing to do', () => {
    const shown = execFileSync(resolve('node_modules/.bin/node'), ['--no-warnings', 'tests/demo/demo.ts', '--tmail'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const [, first = '', second = ''] = shown.split(/== The server after/);

    expect(shown.match(/sync --clean \(exit code 0\)/g)).toHaveLength(3);
    expect(first).toMatch(/anna@example\.org +Anna Müller +anna\.mueller@example\.org +anna@other\.example +5000000/);
    expect(first.match(/@example\.org +\S+ Müller/g)).toHaveLength(20);
    expect(second).toMatch(/anna\.berg@example\.org +Anna Müller .* 1\n/);
    expect(second).toMatch(/carla@example\.org +Carla Müller +info@example\.org/);
    expect(second).toMatch(/doris@example\.org +Doris Müller +bert@example\.org/);
    expect(second).not.toMatch(/^ *(?:anna|bert)@example\.org/m);
    expect(shown).toMatch(/Third sync, nothing changed[^=]*19 unchanged/);
  }, 300_000);
});
