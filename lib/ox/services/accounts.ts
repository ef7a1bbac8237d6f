/** Functional accounts, and other secondary ones of users: OXSecondaryAccountService. */
import type {
  OXSecondaryAccountService_Account,
  OXSecondaryAccountService_AccountDataOnCreate,
  OXSecondaryAccountService_AccountDataUpdate,
} from '#generated/soap-types.ts';
import type { OxClient } from '../soap/client.ts';
import type { Callers } from './logins.ts';
import { refs } from './refs.ts';

export type OxAccount = OXSecondaryAccountService_Account;
export type OxAccountData = OXSecondaryAccountService_AccountDataOnCreate;

export function createAccounts(client: OxClient, { own }: Callers) {
  return {
    async create(context: number, users: readonly number[], data: OxAccountData) {
      const { ctx, auth, subject } = own(context, 'secondary account', { name: data.primaryAddress ?? '' });
      const input = { accountDataOnCreate: data, context: ctx, users: refs(users), auth };
      await client.call('OXSecondaryAccountService', 'create', input, subject);
    },
    async update(
      context: number,
      users: readonly number[],
      address: string,
      data: OXSecondaryAccountService_AccountDataUpdate,
    ) {
      const { ctx, auth, subject } = own(context, 'secondary account', { name: address });
      const input = { primaryAddress: address, accountDataUpdate: data, context: ctx, users: refs(users), auth };
      await client.call('OXSecondaryAccountService', 'update', input, subject);
    },
    /**
     * OX quirk: `delete` reaches the primary account too. Seen: docs/ox.md, "Secondary accounts". So: callers leave
     * out users whose own address it is.
     */
    async delete(context: number, users: readonly number[], address: string) {
      const { ctx, auth, subject } = own(context, 'secondary account', { name: address });
      const input = { primaryAddress: address, context: ctx, users: refs(users), auth };
      await client.call('OXSecondaryAccountService', 'delete', input, subject);
    },
    async list(context: number, users: readonly number[]): Promise<OxAccount[]> {
      const { ctx, auth, subject } = own(context, 'secondary accounts', null);
      return client.call('OXSecondaryAccountService', 'list', { context: ctx, users: refs(users), auth }, subject);
    },
  };
}
