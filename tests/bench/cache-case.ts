/** The cache rebuilt in bulk: memory stays flat, and the calls are as few as the size of a chunk allows. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser } from '../harness/objects.ts';
import { BINARY, type Workplace } from '../harness/workplace.ts';
import { MASTER, type Seed } from '../sandbox/client.ts';
import type { Case } from './case.ts';
import { interleave, layDown, product, sample, userName, withWorkplace } from './stage.ts';

const CONTEXTS = 10;
const USERS = 2000;
/** As the command has it by default. */
const CHUNK = 100;

export const cacheRebuild: Case = {
  name: 'cache',
  title: `cache rebuilt in bulk for ${CONTEXTS * USERS} users in ${CONTEXTS} contexts`,
  async run(stage) {
    if (!/\bcache\b/.test(execFileSync(BINARY, ['--help'], { encoding: 'utf8' }))) {
      return { samples: {}, ratios: [], runs: 0, missing: 'this build has no command `cache`' };
    }
    return withWorkplace(stage, async (place) => {
      await stage.sandbox.reset(seed());
      writeCredentials(place);
      layDown(
        place,
        allUsers().map(({ context, name }) => aUser(name, { oxContext: context })),
      );
      const runs = stage.runs(2, 10);
      const samples = await interleave(runs, {
        rebuild: () => sample(stage, { ...product(stage, place), args: ['cache', '--build-cache'] }),
      });
      return {
        samples,
        runs,
        ratios: [
          { what: 'peak memory (MiB)', value: samples.rebuild.peakMiB, target: 120, isSteady: true },
          {
            what: 'calls per context',
            value: samples.rebuild.calls / CONTEXTS,
            target: 1 + USERS / CHUNK,
            isSteady: true,
          },
        ],
      };
    });
  },
};

function allUsers(): { context: number; name: string }[] {
  return Array.from({ length: CONTEXTS * USERS }, (_, at) => ({
    context: 10 + Math.floor(at / USERS),
    name: userName(at),
  }));
}

const password = (context: number): string => `secret${context}`;

function seed(): Seed {
  const contexts: NonNullable<Seed['contexts']> = {};
  for (let context = 10; context < 10 + CONTEXTS; context += 1) {
    const users = allUsers().filter((user) => user.context === context);
    contexts[context] = {
      admin: { name: 'oxadmin', password: password(context) },
      // The last one is the admin: 2,000 users in all.
      users: users.slice(1).map(({ name }) => ({ name, ...fullDetails(name) })),
    };
  }
  return { contexts };
}

/** As many fields as a user of a real site has. */
function fullDetails(name: string): Record<string, unknown> {
  const texts = ['given_name', 'sur_name', 'display_name', 'company', 'department', 'position', 'note', 'title'];
  return {
    email1: `${name}@example.org`,
    primaryEmail: `${name}@example.org`,
    ...Object.fromEntries(texts.map((field) => [field, `${field} of ${name}`])),
  };
}

function writeCredentials(place: Workplace): void {
  const entries = Array.from({ length: CONTEXTS }, (_, at) => [
    10 + at,
    { adminuser: 'oxadmin', adminpass: password(10 + at) },
  ]);
  const master = { adminuser: MASTER.login, adminpass: MASTER.password };
  writeFileSync(
    join(place.data, 'secrets', 'contexts.json'),
    JSON.stringify({ master, ...Object.fromEntries(entries) }),
    { mode: 0o600 },
  );
}
