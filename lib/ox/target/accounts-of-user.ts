/** What functional accounts take of a user that has them: its login, by the template, and whether their address is its own. */
import type { Memory } from '../../memory/memory.ts';
import type { Change } from '../../model/change.ts';
import { claimKeys, ownMail } from '../../model/claims.ts';
import { TYPES } from '../../model/types.ts';
import { type Properties, readText, readTexts } from '../../model/udm.ts';
import type { Outcome } from '../../target/outcome.ts';

/**
 * The accounts for which something of that is another after the change; they do not change themselves, and are provisioned
 * again. Who appears in a context brings all of them back. `inLogin`: the properties that the template names.
 */
export function accountsAffected(
  change: Change,
  { learnt }: Outcome,
  { memory, inLogin }: { readonly memory: Memory; readonly inLogin: readonly string[] },
): string[] {
  const { id, type, dn, before, after } = change;
  if (!TYPES[type].isMember || before === null) {
    return [];
  }
  // Accounts name a user by the id that it had then.
  const ids = [id, ...readTexts(before.oxDbFormerIds)];
  const waiting = ids.flatMap((each) => memory.claimants(claimKeys.leftOver(each)));
  if (after === null) {
    return waiting;
  }
  const isOther = (property: string): boolean => readText(before[property]) !== readText(after[property]);
  const isLoginOther = before.oxDbSkipped !== undefined || inLogin.some(isOther);
  const mails = mailsOf(before, { ...after, oxDbMail: learnt.oxDbMail });
  if (!isLoginOther && mails.length === 0) {
    return waiting;
  }
  const naming = memory.referring(dn).filter((each) => memory.byId(each)?.type === 'oxmail/functional_account');
  const withAddress = new Set(mails.flatMap((mail) => memory.claimants(claimKeys.account(mail))));
  return [...waiting, ...naming.filter((each) => isLoginOther || withAddress.has(each))];
}

/** The own address so far and from now on; empty: it is the same one. */
function mailsOf(before: Properties, after: Properties): string[] {
  const [had, has] = [ownMail(before), ownMail(after)];
  return had?.toLowerCase() === has?.toLowerCase() ? [] : [had, has].filter((mail) => mail !== null);
}
