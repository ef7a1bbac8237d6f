/** The demonstrations of the README: they show what they claim to show. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const show = (...options: string[]): string =>
  execFileSync(resolve('node_modules/.bin/node'), ['--no-warnings', 'tests/demo/demo.ts', ...options], {
    encoding: 'utf8',
    stdio: 'pipe',
  });

function expectTheSite(shown: string): void {
  const context10 = shown.slice(shown.indexOf('context 10,'), shown.indexOf('context 20,'));
  expect(context10).toMatch(/user +anna +Anna Müller-Lüdenscheidt .* Käse & Söhne <GmbH> .* account info@example\.org/);
  expect(context10).toMatch(/user +bjoern +Björn Ångström 🎉/);
  expect(context10).toMatch(/group +Vertrieb Nord .* anna, bjoern, carla\n/);
  expect(context10).not.toMatch(/dora/);
  expect(shown).toMatch(/== Left in the queue\nnothing\n/);
  expect(shown).toMatch(/SOAP calls, 0 of them against the contract/);
}

it('applies its queue, leaves nothing in it, and breaks no contract', () => {
  const shown = show();
  expectTheSite(shown);
  expect(shown).toMatch(/Log of listener_trigger \(exit code 0\)/);
});

it('shows a change that OX refuses, what the verbs say of it, and the cure', () => {
  const night = show().split('== The next night')[1] ?? '';

  expect(night).toMatch(/\$ listener_trigger \(exit code 76\)\n[^$]*Illegal chars: "\/"/);
  expect(night).toMatch(/\$ listener_trigger queue list \(exit code 0\)\n[^$]*STUCK/);
  expect(night).toMatch(/\$ listener_trigger status \(exit code [12]\)/);
  expect(night).toMatch(/\$ listener_trigger \(exit code 0\)\n[^$]*left out, a newer change of the object waits/);
});

it('subscribes and follows the Provisioning API: a prefill, and the changes after it', () => {
  const shown = show('--provisioning-api');
  expectTheSite(shown);
  expect(shown).toMatch(/subscribe \(exit code 0\)\n.*the subscription was made, its prefill begins/);
  expect(shown).toMatch(/20 messages acknowledged, 0 left, 0 deleted without having been delivered/);
  expect(shown).toMatch(/ended by SIGTERM \(exit code 143\)/);
  expect(shown).toMatch(/last number: 20\n.*\n +prefill: +done/);
});
