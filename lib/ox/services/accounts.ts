/** Functional accounts, and other secondary ones of users: OXSecondaryAccountService. */
import type {
  OXSecondaryAccountService_Account,
  OXSecondaryAccountService_AccountDataOnCreate,
  OXSecondaryAccountService_AccountDataUpdate,
} from '#generated/soap-types.ts';
import type { OxClient } from '../soap/client.ts';
import type { Callers } from './logins.ts';
import { operationsOf } from './operations.ts';
import { refs } from './refs.ts';

export type OxAccount = OXSecondaryAccountService_Account;
export type OxAccountData = OXSecondaryAccountService_AccountDataOnCreate;

export function createAccounts(client: Pick<OxClient, 'call'>, { own }: Callers) {
  const call = operationsOf(client, 'OXSecondaryAccountService');
  /** `address` null: all of these users. */
  const caller = (id: number, users: readonly number[], address: string | null) => {
    const named = address === null ? null : { name: address };
    const { ctx, ...rest } = own(id, named ? 'secondary account' : 'secondary accounts', named);
    return { ...rest, context: ctx, users: refs(users) };
  };
  return {
    create: async (context: number, users: readonly number[], data: OxAccountData): Promise<unknown> =>
      call('create', caller(context, users, data.primaryAddress ?? ''), { accountDataOnCreate: data }),
    update: async (
      context: number,
      users: readonly number[],
      address: string,
      data: OXSecondaryAccountService_AccountDataUpdate,
    ): Promise<unknown> =>
      call('update', caller(context, users, address), { primaryAddress: address, accountDataUpdate: data }),
    /**
     * OX quirk: `delete` reaches the primary account too. Seen: docs/ox.md, "Secondary accounts". So: callers leave
     * out users whose own address it is.
     */
    delete: async (context: number, users: readonly number[], address: string): Promise<unknown> =>
      call('delete', caller(context, users, address), { primaryAddress: address }),
    list: async (context: number, users: readonly number[]): Promise<OxAccount[]> =>
      call('list', caller(context, users, null)),
  };
}
