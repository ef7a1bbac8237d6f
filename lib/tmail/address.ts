/** Mail addresses as James takes and compares them. */

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** Accounts, aliases and sources: James compares them in lower case. */
export function normalAddress(text: string): string {
  return text.trim().toLowerCase();
}

/** The target of a forward or mapping: other servers may tell capitals apart in the local part. */
export function normalTarget(text: string): string {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  return at < 0 ? trimmed : trimmed.slice(0, at) + trimmed.slice(at).toLowerCase();
}

export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

const LOCAL_PART = /^[^\s"(),:;<>@[\\\]]+$/;
const DOMAIN = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i;
const MOST = 255;

/** Why James cannot carry the address everywhere; null: it can. */
export function mistakeIn(address: string): string | null {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  if (at <= 0 || at === address.length - 1) {
    return 'it is no mail address';
  }
  // James makes an account of such a name, but gives it neither alias nor forward, mapping or identity.
  if (!/^[\x21-\x7e]*$/.test(address)) {
    return 'it has characters other than ASCII, or blanks, which the server cannot carry';
  }
  if (!LOCAL_PART.test(local) || local.startsWith('.') || local.endsWith('.') || local.includes('..')) {
    return 'its part before the @ is none that the server takes';
  }
  if (!DOMAIN.test(domainOf(address))) {
    return 'its part after the @ is no domain';
  }
  return address.length > MOST ? `it is longer than ${MOST} characters` : null;
}

/** The same of an account. */
export function mistakeInAccount(address: string): string | null {
  // James makes one, joins names by it where it keeps quotas, and answers nobody's any more.
  return mistakeIn(address) ?? (address.includes('&') ? 'the server can have no quota and no mailboxes for it' : null);
}
