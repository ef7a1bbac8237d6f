/** The account itself: with a password that nobody knows, since logins are checked elsewhere (LDAP, OIDC). */
import type { TmailServer } from '../server.ts';
import type { Site } from '../site.ts';
import type { Step } from './facet.ts';

export function newAccount(address: string, site: Site, server: TmailServer, password: () => string): Step {
  return {
    facet: 'account',
    text: 'account created',
    action: 'created',
    value: address,
    note: () => {
      site.users.add(address);
      return () => site.users.delete(address);
    },
    send: () => server.createUser(address, password()),
  };
}

export function removeAccount(address: string, site: Site, server: TmailServer): Step {
  return {
    facet: 'account',
    text: 'account removed',
    action: 'removed',
    value: address,
    note: () => {
      site.users.delete(address);
      return () => site.users.add(address);
    },
    send: () => server.removeUser(address),
  };
}

/** The server keeps it otherwise, and answers only as long as the account is there. */
export function removeMail(address: string, server: TmailServer): Step {
  return { facet: 'account', text: 'mail removed', value: address, send: () => server.removeMailboxes(address) };
}
