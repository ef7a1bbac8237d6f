/**
 * npm run test:model: property tests of idempotence, drift, refusals and concurrency against the model
 * (docs/behaviour.md).
 */

import { conduct, property } from '../harness/campaign.ts';
import { startSandbox } from '../sandbox/client.ts';
import { ProvisioningSandbox } from '../sandbox/provisioning/server.ts';
import { companies, playBeside } from './beside.ts';
import { trials, tryWithConcurrency } from './concurrency.ts';
import { keyStories, lackCredentials } from './credentials.ts';
import { damages, playMended } from './mended.ts';
import { MESSAGE_WORK, playMessages } from './messages.ts';
import { plannedStories, playPlanned } from './planned.ts';
import { type Bench, Play } from './play.ts';
import { quarrel, quarrels } from './refusals.ts';
import { startJobs } from './run-jobs.ts';
import { describeSteps, type Story, stories } from './stories.ts';
import { playTwins, twins } from './twins.ts';

const others = await startJobs();
const service = await new ProvisioningSandbox().start();
const walked = new Map<string, number>();
const bench: Bench = {
  sandbox: await startSandbox({ options: { recordBodies: false } }),
  jobs: await startJobs(),
  count: (what) => void walked.set(what, (walked.get(what) ?? 0) + 1),
};

async function tell({ steps, concurrency }: Story): Promise<void> {
  const play = await Play.begin(bench, concurrency);
  try {
    if (concurrency > 1) await bench.sandbox.options({ randomLatencyMs: 3 });
    for (const step of steps) {
      await play.step(step);
    }
    await play.finish();
  } finally {
    await bench.sandbox.options({ randomLatencyMs: 0 });
    play.end();
  }
}

const describeStory = ({ steps, concurrency }: Story): string =>
  `  concurrency ${concurrency}:\n${describeSteps(steps)}`;

try {
  process.exitCode = await conduct('test:model', {
    walked,
    seconds: { long: 180, short: 12 },
    properties: [
      property({
        name: 'history',
        cases: { long: 1500, short: 150 },
        arbitrary: stories({ withDrift: false }),
        hold: tell,
        lists: ['steps'],
        describe: describeStory,
      }),
      property({
        name: 'messages',
        cases: { long: 500, short: 20 },
        arbitrary: stories({ withDrift: false, more: MESSAGE_WORK }),
        hold: (story) => playMessages(bench, service, story),
        lists: ['steps'],
        describe: describeStory,
      }),
      property({
        name: 'drift',
        cases: { long: 1500, short: 150 },
        arbitrary: stories({ withDrift: true }),
        hold: tell,
        lists: ['steps'],
        describe: describeStory,
      }),
      property({
        name: 'plan',
        cases: { long: 500, short: 15 },
        arbitrary: plannedStories(),
        hold: (story) => playPlanned(bench, story),
        lists: ['steps'],
        describe: describeStory,
      }),
      property({
        name: 'mended',
        cases: { long: 500, short: 15 },
        arbitrary: damages(),
        hold: (damage) => playMended(bench, damage),
        lists: ['steps', 'mishaps'],
        describe: (damage) =>
          `  before:\n${describeSteps(damage.steps)}\n  what others do to OX:\n${describeSteps(damage.mishaps)}`,
      }),
      property({
        name: 'refusals',
        cases: { long: 1500, short: 100 },
        arbitrary: quarrels(),
        hold: (each) => quarrel(bench, each),
        lists: ['steps'],
        describe: ({ steps, stops, concurrency }) =>
          `  ${stops ? 'stops' : 'keeps going'}, concurrency ${concurrency}:\n${describeSteps(steps)}`,
      }),
      property({
        name: 'credentials',
        cases: { long: 1500, short: 20 },
        arbitrary: keyStories(),
        hold: (story) => lackCredentials(bench, story),
        lists: ['steps'],
        describe: describeStory,
      }),
      property({
        name: 'twins',
        cases: { long: 1500, short: 20 },
        arbitrary: twins(),
        hold: (each) => playTwins(bench, each),
        lists: ['steps'],
        describe: ({ steps, stops }) => `  ${stops ? 'stops' : 'keeps going'}:\n${describeSteps(steps)}`,
      }),
      property({
        name: 'beside',
        cases: { long: 300, short: 6 },
        arbitrary: companies(),
        hold: (story) => playBeside(bench, others, story),
        lists: ['steps'],
        describe: describeStory,
      }),
      property({
        name: 'concurrency',
        cases: { long: 500, short: 50 },
        arbitrary: trials(),
        hold: (trial) => tryWithConcurrency(bench, trial),
        lists: ['before', 'batch'],
        describe: ({ before, batch, failing }) =>
          `  before:\n${describeSteps(before)}\n  in one run, calls about object ${failing} fail:\n${describeSteps(batch)}`,
      }),
    ],
  });
} finally {
  await bench.jobs.close();
  await others.close();
  await service.stop();
  await bench.sandbox.stop();
}
