/** Which mailboxes are ours: those in our domains, but for service accounts and whoever else is to be left alone. */
import { domainOf } from './address.ts';

export interface Ownership {
  /** `address` in lower case. */
  isOurs(address: string): boolean;
}

/** No domains: all of them. In a pattern `*` stands for any characters. */
export function createOwnership(domains: readonly string[], keep: readonly string[]): Ownership {
  const ours = new Set(domains.map((domain) => domain.toLowerCase()));
  const kept = keep.map(
    (pattern) => new RegExp(`^${pattern.toLowerCase().split('*').map(RegExp.escape).join('.*')}$`, 's'),
  );
  return {
    isOurs: (address) =>
      (ours.size === 0 || ours.has(domainOf(address))) && !kept.some((pattern) => pattern.test(address)),
  };
}
