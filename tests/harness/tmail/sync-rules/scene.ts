/** What the rules of `sync` are told with. */
import type { Mailbox, TestServer, World } from '../world.ts';

export interface RulesScene {
  readonly server: () => TestServer;
  /** Fresh in each test. */
  readonly world: () => World;
  /** A mailbox as the server has it, but for what is given. */
  readonly box: (given?: Partial<Mailbox>) => Mailbox;
}
