/** The account itself: with a password that nobody knows, since logins are checked elsewhere (LDAP, OIDC). */
import type { TmailServer } from '../server.ts';
import type { Site } from '../site.ts';
import type { Step } from './facet.ts';

export function newAccount(address: string, site: Site, server: TmailServer, password: () => string): Step {
  return accountStep('created', address, site, () => server.createUser(address, password()));
}

export function removeAccount(address: string, site: Site, server: TmailServer): Step {
  return accountStep('removed', address, site, () => server.removeUser(address));
}

function accountStep(action: 'created' | 'removed', address: string, { users }: Site, send: Step['send']): Step {
  const note = (isThere: boolean): unknown => (isThere ? users.add(address) : users.delete(address));
  return {
    facet: 'account',
    text: `account ${action}`,
    action,
    value: address,
    note() {
      note(action === 'created');
      return () => void note(action === 'removed');
    },
    send,
  };
}

/** The server keeps it otherwise, and answers only as long as the account is there. */
export function removeMail(address: string, server: TmailServer): Step {
  return { facet: 'account', text: 'mail removed', value: address, send: () => server.removeMailboxes(address) };
}
