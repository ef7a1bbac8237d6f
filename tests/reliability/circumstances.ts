/** Changes the world around the binary: OX that is not there, certificates, signals, the clock, files that vanish or are damaged. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificates } from '../sandbox/certificates.ts';
import { startSandbox } from '../sandbox/client.ts';
import { openClosingProxy } from './closing-proxy.ts';
import type { Reference } from './reference.ts';
import { AT_ONCE } from './scenarios.ts';
import type { Disturbance, Performance, Stage } from './stage.ts';
import type { Case } from './walk.ts';

type Check = (performance: Performance) => string | null | Promise<string | null>;

/** A disturbed run that ends as `check` says, and a run after it that ends as if nothing had been. */
async function endure(stage: Stage, { scenario, outcome }: Reference, disturbance: Disturbance, check: Check) {
  const performance = await stage.perform(scenario, disturbance);
  const wrong = (await check(performance)) ?? (await stage.recover(performance, scenario, outcome));
  performance.place.remove();
  return wrong && `${wrong}\n${performance.result.stderr}`;
}

const endsWith =
  (code: number, says = /./): Check =>
  ({ result }) =>
    result.code !== code
      ? `exit code ${result.code}, expected ${code}`
      : says.test(`${result.stdout}${result.stderr}`)
        ? null
        : `the output does not say ${says}`;

export function circumstances(references: readonly Reference[], short: boolean): Case<Stage>[] {
  const chosen = references.filter(({ scenario }) => !short || scenario.short);
  const everything = references.filter(({ scenario }) => scenario.name === 'everything at once');
  return [
    // With several at once others are connected already.
    ...chosen.filter(({ scenario }) => scenario.env !== AT_ONCE).flatMap(refusedConnections),
    ...chosen.filter(({ performance }) => performance.calls.length > 0).flatMap(certificates),
    ...everything.flatMap((each) => signals(each, short)),
    ...references.filter(({ scenario }) => /move|follow/.test(scenario.name)).flatMap(clocks),
    ...everything.flatMap(vanishingFiles),
    ...everything.flatMap(secondRun),
    ...chosen.flatMap(damagedFiles),
  ];
}

/** At each call: OX has been there so far, and now refuses the connection. */
function refusedConnections(reference: Reference): Case<Stage>[] {
  return reference.performance.calls.map((call, before) => ({
    name: `${reference.scenario.name}: connection refused at call ${before + 1} ${call}`,
    async check(stage) {
      const proxy = await openClosingProxy(stage.sandbox.url, before);
      const env = { OX_SOAP_SERVER: proxy.url };
      return endure(stage, reference, { env }, endsWith(69, /ECONNREFUSED/)).finally(() => proxy.close());
    },
  }));
}

function certificates(reference: Reference): Case<Stage>[] {
  const kinds = {
    expired: /CERT_HAS_EXPIRED/,
    'of another host': /ERR_TLS_CERT_ALTNAME_INVALID/,
    'of an unknown CA': /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED/,
  };
  return Object.entries(kinds).map(([kind, says]) => ({
    name: `${reference.scenario.name}: certificate ${kind}`,
    async check(stage) {
      const directory = mkdtempSync(join(tmpdir(), 'ox-certificates-'));
      const { ca, good, expired, otherHost } = makeCertificates(directory);
      const pair = kind === 'expired' ? expired : kind === 'of another host' ? otherHost : good;
      const other = await startSandbox({ lean: true, tls: pair });
      const caFile = kind === 'of an unknown CA' ? pair.cert.replace(/good\.pem$/, 'expired.pem') : ca;
      const env = { OX_SOAP_SERVER: other.url, OX_SOAP_CA_FILE: caFile };
      const untouched: Check = async (performance) =>
        (await other.counts()).total > 0
          ? 'something was sent all the same'
          : performance.place.waiting().length < performance.names.length - withoutCalls(reference)
            ? 'files are gone'
            : endsWith(69, says)(performance);
      return endure(stage, reference, { env }, untouched).finally(async () => {
        await other.stop();
        rmSync(directory, { recursive: true });
      });
    },
  }));
}

/** Files that are done without a call: access profiles go into a file, and what cannot be reached is left out. */
function withoutCalls({ scenario, performance }: Reference): number {
  const profiles = scenario.queue.filter((file) => file.udm_object_type === 'oxmail/accessprofile');
  return profiles.length + (performance.result.stderr.match(/ skipped file=/g) ?? []).length;
}

/** While a call is on the wire. The object in hand is finished, nothing else is begun. */
function signals(reference: Reference, short: boolean): Case<Stage>[] {
  const codes = { SIGTERM: 143, SIGINT: 130 };
  const calls = reference.performance.calls.slice(0, short ? 4 : undefined);
  return calls.flatMap((call, at) =>
    Object.entries(codes).map(([signal, code]) => ({
      name: `${reference.scenario.name}: ${signal} at call ${at + 1} ${call}`,
      check(stage) {
        const rules = (pid: number) => [
          { match: { call: at + 1 }, action: { kill: pid, signal, when: 'before' as const, delay: 50 } },
        ];
        return endure(stage, reference, { rules }, (performance) => {
          const done = (performance.result.stderr.match(/ provisioned /g) ?? []).length;
          const left = performance.names.length - done;
          return performance.place.waiting().length !== left
            ? `${performance.place.waiting().length} files are left, expected ${left}`
            : endsWith(code, new RegExp(`received ${signal}`))(performance);
        });
      },
    })),
  );
}

const DAY = 24 * 60 * 60;

/** The names of files that are put into the queue again are times. */
function clocks(reference: Reference): Case<Stage>[] {
  const shifts = { 'ten days back': -10 * DAY, 'to 1970': -Math.floor(Date.now() / 1000), 'ten years on': 3650 * DAY };
  return Object.entries(shifts).map(([name, clockShift]) => ({
    name: `${reference.scenario.name}: the clock is set ${name}`,
    check: (stage) => endure(stage, reference, { clockShift }, endsWith(0)),
  }));
}

/** Waits until the binary has made the call that is held up. */
async function whileHeldUp(stage: Stage, act: () => void | Promise<void>): Promise<void> {
  for (let tries = 0; (await stage.sandbox.remainingRules()).length > 0; tries += 1) {
    if (tries > 1000) {
      throw new Error('the call was not made');
    }
    await sleep(5);
  }
  await act();
}

const HOLD_UP = 300;

function vanishingFiles(reference: Reference): Case<Stage>[] {
  const { calls } = reference.performance;
  const rulesAt = (at: number) => () => [{ match: { call: at + 1 }, action: { delay: HOLD_UP } }];
  const queue = calls.map((call, at) => ({
    name: `${reference.scenario.name}: an administrator removes all files at call ${at + 1} ${call}`,
    async check(stage: Stage) {
      const removed: string[] = [];
      const during: Disturbance['during'] = (place) =>
        whileHeldUp(stage, () => {
          for (const name of place.waiting()) {
            rmSync(join(place.queue, name));
            removed.push(name);
          }
        });
      return endure(stage, reference, { rules: rulesAt(at), during }, (performance) => {
        const { place, names } = performance;
        const wrong = place.waiting().length > 0 ? 'files are left' : endsWith(0)(performance);
        // Their changes are made once more.
        for (const name of removed.filter((each) => names.includes(each))) {
          const file = reference.scenario.queue[names.indexOf(name)];
          place.dropRaw(name, JSON.stringify(file));
        }
        return wrong;
      });
    },
  }));
  const directories = ['listener', 'listener/old'].map((directory) => ({
    name: `${reference.scenario.name}: ${directory} vanishes`,
    check(stage: Stage) {
      const during: Disturbance['during'] = (place) =>
        whileHeldUp(stage, () => renameSync(join(place.data, directory), join(place.data, 'away')));
      const at = Math.floor(calls.length / 2);
      return endure(stage, reference, { rules: rulesAt(at), during }, async (performance) => {
        const { data } = performance.place;
        rmSync(join(data, directory), { recursive: true, force: true });
        renameSync(join(data, 'away'), join(data, directory));
        return endsWith(74, /What to do/)(performance);
      });
    },
  }));
  return [...queue, ...directories];
}

/** One run at a time: the second says who holds the lock, and touches nothing. */
function secondRun(reference: Reference): Case<Stage>[] {
  const name = `${reference.scenario.name}: a second run meanwhile`;
  const check = (stage: Stage): Promise<string | null> => {
    let second = '';
    const during: Disturbance['during'] = (place) =>
      whileHeldUp(stage, async () => {
        const { code, stderr } = await place.run();
        second = code === 75 && /process \d+/.test(stderr) ? '' : `the second run ended with ${code}: ${stderr}`;
      });
    const rules = () => [{ match: { call: 3 }, action: { delay: 1500 } }];
    return endure(stage, reference, { rules, during }, (performance) => second || endsWith(0)(performance));
  };
  return [{ name, check }];
}

/** Derived files, damaged between two runs. */
function damagedFiles(reference: Reference): Case<Stage>[] {
  const names = [
    '.index.sqlite',
    '.index.sqlite-wal',
    '.index.sqlite-journal',
    '.lock',
    '.lock-holder',
    '.run',
    '.runs',
  ];
  return names.flatMap((name) =>
    Object.entries({ rubbish: 'rubbish '.repeat(2000), nothing: '' }).map(([what, content]) => ({
      name: `${reference.scenario.name}: ${name} holds ${what}`,
      async check(stage: Stage) {
        const prepared = (data: string): void => writeFileSync(join(data, 'listener', name), content);
        const wrong: Check = endsWith(0);
        return endure(stage, reference, { prepare: ({ data }) => prepared(data) }, wrong);
      },
    })),
  );
}
