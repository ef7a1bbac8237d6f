/** What people of a directory or of UDM wish all together: domains, addresses that several claim, circles of forwards. */
import { type Finding, finding } from '../check/finding.ts';
import { domainOf } from './address.ts';
import { MailRoutes } from './circles.ts';
import type { Ownership } from './ownership.ts';
import { mistakeOf, type Person } from './person.ts';
import type { Mapping } from './server.ts';
import type { Refusal } from './sync/report.ts';

interface Claims {
  /** DNs of those who have it as their address, and as an alias. */
  readonly addresses: string[];
  readonly aliases: string[];
}

export class Census {
  readonly #claims = new Map<string, Claims>();
  readonly #routes = new MailRoutes();
  /** Alias, whose. */
  readonly #aliases: [string, string][] = [];
  /** Of a circle → which. */
  readonly #circleOf = new Map<string, number>();
  #missing: readonly string[] = [];

  take(person: Person): void {
    if (mistakeOf(person) !== null) {
      return;
    }
    const { address, dn, aliases, forwards, mappings } = person;
    this.#claimsOf(address).addresses.push(dn);
    for (const alias of aliases) {
      this.#claimsOf(alias).aliases.push(dn);
      this.#aliases.push([alias, address]);
    }
    for (const target of [...forwards, ...mappings]) {
      this.#routes.add(address, target);
    }
  }

  /** Those of ours that the server does not have. */
  missingDomains(there: ReadonlySet<string>): readonly string[] {
    const wanted = new Set([...this.#claims.keys()].map(domainOf));
    this.#missing = [...wanted].filter((domain) => !there.has(domain)).sort();
    return this.#missing;
  }

  *claimedTwice(): Generator<Finding> {
    for (const [address, { addresses, aliases }] of [...this.#claims].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (isTakenTwice({ addresses, aliases })) {
        const claims = [...addresses.map((dn) => `the address of ${dn}`), ...aliases.map((dn) => `an alias of ${dn}`)];
        yield finding('address-claimed', `${address} is ${claims.join(' and ')}`, { object: address });
      } else if (aliases.length > 1) {
        yield finding('alias-shared', `mail to ${address} goes to ${aliases.join(' and ')}`, { object: address });
      }
    }
  }

  /** `mappings`: what the server has when all is done. What it refuses is a circle all the same. */
  *circles(mappings: Iterable<readonly [string, readonly Mapping[]]>, { isOurs }: Ownership): Generator<Finding> {
    // One that is an address as well is never set.
    for (const [alias, address] of this.#aliases.filter(([each]) => this.#claimsOf(each).addresses.length === 0)) {
      this.#routes.add(alias, address);
    }
    for (const [source, list] of mappings) {
      for (const { target } of list.filter(({ type }) => type !== 'Domain')) {
        this.#routes.add(source, target);
      }
    }
    const circles = this.#routes.circles().filter((circle) => circle.some(isOurs));
    for (const [n, circle] of circles.entries()) {
      for (const address of circle) {
        this.#circleOf.set(address, n);
      }
      const way = [...circle, circle[0]].join(' → ');
      yield finding('forward-loop', `mail goes in a circle: ${way}`, { object: circle[0] ?? '' });
    }
  }

  /** What one of the findings says already. */
  says({ address, facet, value }: Refusal): boolean {
    if (facet === 'forwards' || facet === 'mappings') {
      const circle = this.#circleOf.get(address);
      return circle !== undefined && circle === this.#circleOf.get(value.toLowerCase());
    }
    const isClaim = facet === 'account' || facet === 'aliases';
    if (isClaim && this.#missing.includes(domainOf(value))) {
      return true;
    }
    const claims = isClaim ? this.#claims.get(value) : undefined;
    return claims !== undefined && isTakenTwice(claims) && (facet === 'aliases' || claims.addresses.length > 1);
  }

  #claimsOf(address: string): Claims {
    const known = this.#claims.get(address) ?? { addresses: [], aliases: [] };
    this.#claims.set(address, known);
    return known;
  }
}

/** An alias may belong to several, an address only to one. */
function isTakenTwice({ addresses, aliases }: Claims): boolean {
  return addresses.length > 1 || (addresses.length === 1 && aliases.length > 0);
}
