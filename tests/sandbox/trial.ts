/** One sandbox for the tests of a file, with the same small context 10 before each of them. */

import { ADMIN_10, MASTER, type Sandbox, startSandbox } from './client.ts';
import { type Raw, type RawClient, rawClient } from './raw.ts';
import type { UserState } from './types.ts';

export const CTX = { id: 10 };
export const USER = 'OXUserService';
export const GROUP = 'OXGroupService';
export const CONTEXT = 'OXContextService';
export const RESOURCE = 'OXResourceService';
export const ACCOUNT = 'OXSecondaryAccountService';
export const COPY = 'OXUserCopyService';
export const UTIL = 'OXUtilService';

/** Ids after the seed. */
export const ANNA = 3;
export const BERT = 4;
export const STAFF = 5;
export const ROOM = 6;

export interface Trial extends RawClient {
  readonly sandbox: Sandbox;
  userNamed(name: string, context?: number): Promise<UserState | undefined>;
  membersOf(name: string): Promise<number[] | undefined>;
  noViolations(): Promise<void>;
}

export function useOx(): Trial {
  let sandbox: Sandbox;
  let ox: RawClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ options: { checkAnswers: true } });
    ox = rawClient(sandbox.url, ADMIN_10, MASTER);
  });
  afterAll(() => sandbox.stop());
  beforeEach(async () => {
    await sandbox.reset();
    await sandbox.seed({
      contexts: {
        '10': {
          users: [
            { name: 'anna', display_name: 'Anna A', primaryEmail: 'anna@example.com', password: 'annas' },
            { name: 'bert', display_name: 'Bert B', primaryEmail: 'bert@example.com', aliases: ['b@example.com'] },
          ],
          groups: [{ name: 'staff', displayname: 'Staff', members: ['anna'] }],
          resources: [{ name: 'room', displayname: 'Room', email: 'room@example.com' }],
        },
      },
    });
  });

  return {
    get sandbox() {
      return sandbox;
    },
    call: (...request) => ox.call(...request),
    post: (...request) => ox.post(...request),
    userNamed: async (name, context = 10) =>
      (await sandbox.state()).contexts[String(context)]?.users.find((user) => user.name === name),
    membersOf: async (name) =>
      (await sandbox.state()).contexts['10']?.groups.find((group) => group.name === name)?.members,
    noViolations: async () => expect(await sandbox.violations()).toEqual([]),
  };
}

/** In schema order, as every careful client writes it. */
export function aUser(changes: { [name: string]: Raw } = {}): { [name: string]: Raw } {
  const fields: { [name: string]: Raw } = {
    display_name: 'Carl C',
    email1: 'carl@example.com',
    given_name: 'Carl',
    name: 'carl',
    password: 'secret',
    primaryEmail: 'carl@example.com',
    sur_name: 'C',
    ...changes,
  };
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
}
