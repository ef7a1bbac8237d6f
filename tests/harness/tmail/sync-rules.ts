/** The rules of `sync`, run against the stand-in and against a real James: what the server holds afterwards, and what was named. */
import { describeNoHarm } from './sync-rules/harm.ts';
import { describeLeavers } from './sync-rules/leavers.ts';
import { describeMoves } from './sync-rules/moves.ts';
import { describeRefusals } from './sync-rules/refusals.ts';
import { describeValues } from './sync-rules/values.ts';
import { aMailbox, type TestServer, World } from './world.ts';

export function describeSyncRules(server: () => TestServer): void {
  let world: World;

  beforeEach(async () => {
    world = await new World(server()).open();
  });
  afterEach(() => world.close());

  const scene = {
    server,
    world: () => world,
    box: (given = {}) => aMailbox(server(), given),
  };
  describe('values', () => describeValues(scene));
  describe('what is refused', () => describeRefusals(scene));
  describe('who goes', () => describeLeavers(scene));
  describe('an address that moves', () => describeMoves(scene));
  describe('never does harm', () => describeNoHarm(scene));
}
