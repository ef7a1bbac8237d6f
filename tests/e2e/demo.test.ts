/** The demonstration of the README: it shows what it claims to show. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

it('applies its queue, leaves nothing in it, and breaks no contract', () => {
  const node = resolve('node_modules/.bin/node');

  const shown = execFileSync(node, ['tests/demo/demo.ts'], { encoding: 'utf8', stdio: 'pipe' });

  const context10 = shown.slice(shown.indexOf('context 10,'), shown.indexOf('context 20,'));
  expect(context10).toMatch(/user +anna +Anna Müller-Lüdenscheidt .* Käse & Söhne <GmbH> .* account info@example\.org/);
  expect(context10).toMatch(/user +bjoern +Björn Ångström 🎉/);
  expect(context10).toMatch(/group +Vertrieb Nord .* anna, bjoern, carla\n/);
  expect(context10).not.toMatch(/dora/);
  expect(shown).toMatch(/== Left in the queue\nnothing\n/);
  expect(shown).toMatch(/\(exit code 0\)/);
  expect(shown).toMatch(/SOAP calls, 0 of them against the contract/);
});
