/** The functional account info@example.org, users who may have it, and what OX has of it. */
import { anAccount, aUser, idOf, type QueueFile } from './objects.ts';
import { type Site, useSite } from './site.ts';

export const ADDRESS = 'info@example.org';
export const ID = idOf('account', 'info');

export const info = (users: readonly string[], properties: Readonly<Record<string, unknown>> = {}): QueueFile =>
  anAccount('info', users, properties);

export interface AccountSite {
  readonly site: Site;
  /** Addresses of the secondary accounts, user by user. */
  readonly holders: () => Promise<Record<string, readonly string[]>>;
}

/** With anna and bert in context 10, carl in context 20, and dora who is no OX user. */
export function useAccountSite(): AccountSite {
  const site = useSite();
  beforeEach(async () => {
    await site.apply(
      aUser('anna'),
      aUser('bert'),
      aUser('carl', { oxContext: 20 }),
      aUser('dora', { isOxUser: false }),
    );
  });
  return {
    site,
    holders: async () => {
      const state = await site.ox.state();
      const users = [10, 20].flatMap((context) => state.contexts[context]?.users ?? []);
      return Object.fromEntries(users.map(({ name, accounts }) => [name, accounts.map((each) => each.primaryAddress)]));
    },
  };
}
