/** Domains and their contacts. */
import { Refused } from '../state.ts';
import { DONE, lower, parse, type Route } from './route.ts';

export const DOMAINS: readonly Route[] = [
  { method: 'GET', pattern: /^\/domains$/, handler: (state) => ({ status: 200, body: [...state.domains] }) },
  {
    method: 'PUT',
    pattern: /^\/domains\/([^/]+)$/,
    handler(state, [domain]) {
      state.domains.add(lower(domain));
      return DONE;
    },
  },
  {
    method: 'GET',
    pattern: /^\/domains\/contacts\/all$/,
    contacts: true,
    handler: (state) => ({ status: 200, body: [...state.contacts.keys()] }),
  },
  {
    method: 'GET',
    pattern: /^\/domains\/([^/]+)\/contacts\/([^/]+)$/,
    contacts: true,
    handler(state, [domain, local]) {
      const address = lower(`${local}@${domain}`);
      const found = state.contacts.get(address);
      if (!found) {
        throw new Refused(404, 'The contact can not be found');
      }
      return { status: 200, body: { emailAddress: address, ...found } };
    },
  },
  {
    method: 'PUT',
    pattern: /^\/domains\/([^/]+)\/contacts\/([^/]+)$/,
    contacts: true,
    handler(state, [domain, local], body) {
      if (!state.domains.has(lower(domain))) {
        throw new Refused(404, `The domain does not exist: ${domain}`);
      }
      const address = lower(`${local}@${domain}`);
      const { firstname, surname } = parse(body) as { firstname?: string | null; surname?: string | null };
      const before = state.contacts.get(address) ?? { id: state.id(), firstname: null, surname: null };
      const value = (given: string | null | undefined, old: string | null): string | null =>
        given == null ? old : given === '' ? null : given;
      state.contacts.set(address, {
        id: before.id,
        firstname: value(firstname, before.firstname),
        surname: value(surname, before.surname),
      });
      return DONE;
    },
  },
  {
    method: 'DELETE',
    pattern: /^\/domains\/([^/]+)\/contacts\/([^/]+)$/,
    contacts: true,
    handler(state, [domain, local]) {
      state.contacts.delete(lower(`${local}@${domain}`));
      return DONE;
    },
  },
];
