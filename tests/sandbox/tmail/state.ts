/** What the stand-in for James and TMail holds, and its rules: as a real James 3.8.1 shows them (docs/tmail-server.md). */

export class Refused extends Error {
  readonly status: number;
  readonly kind: string;

  constructor(status: number, message: string, kind = status === 404 ? 'notFound' : 'InvalidArgument') {
    super(message);
    this.status = status;
    this.kind = kind;
  }
}

export interface StoredIdentity {
  readonly id: string;
  readonly email: string;
  name: string;
  sortOrder: number;
}

export type Saved = Pick<
  State,
  'users' | 'domains' | 'mappings' | 'quotas' | 'identities' | 'mailboxes' | 'contacts' | 'tasks' | 'failRenames'
>;

type Kind = 'Alias' | 'Forward' | 'Address';

export class State {
  readonly users = new Map<string, string>();
  readonly domains = new Set<string>(['localhost']);
  /** Source → `Kind target`. */
  readonly mappings = new Map<string, Map<string, { type: Kind; mapping: string }>>();
  readonly quotas = new Map<string, string>();
  readonly identities = new Map<string, StoredIdentity[]>();
  readonly mailboxes = new Map<string, Set<string>>();
  readonly contacts = new Map<string, { id: string; firstname: string | null; surname: string | null }>();
  readonly tasks = new Map<string, { status: string }>();
  /** Renames that fail, for tests. */
  failRenames = 0;
  #next = 1;

  /** All that it holds, to be restored. */
  save(): Saved {
    return structuredClone(Object.fromEntries(Object.entries(this)) as unknown as Saved);
  }

  restore(saved: Saved): void {
    const { failRenames, ...collections } = structuredClone(saved);
    this.failRenames = failRenames;
    for (const [name, collection] of Object.entries(collections)) {
      const mine = this[name as keyof typeof collections] as Map<unknown, unknown> & Set<unknown>;
      mine.clear();
      for (const each of collection as Iterable<unknown>) {
        Array.isArray(each) ? mine.set(each[0], each[1]) : mine.add(each);
      }
    }
  }

  id(): string {
    return `id-${this.#next++}`;
  }

  createUser(name: string, password: unknown, force: boolean): void {
    const user = name.toLowerCase();
    const at = user.lastIndexOf('@');
    if (at <= 0 || /["(),:; <>@[\\\]]/.test(user.slice(0, at)) || user.length > 255) {
      throw new Refused(400, `username '${name}' is not valid`);
    }
    if (!this.domains.has(user.slice(at + 1))) {
      throw new Refused(400, `The domain of user '${name}' does not exist: ${user.slice(at + 1)}`);
    }
    if (typeof password !== 'string') {
      throw new Refused(400, 'JSON payload of the request is not valid');
    }
    if (this.users.has(user) && !force) {
      throw new Refused(409, `'${user}' user already exist`, 'WrongState');
    }
    const sources = [...(this.mappings.get(user)?.values() ?? [])];
    if (!this.users.has(user) && sources.length > 0) {
      const listed = sources.map(({ type, mapping }) => `${type.toLowerCase()}:${mapping}`).join(',');
      throw new Refused(409, `'${user}' already have associated mappings: ${listed}`, 'WrongState');
    }
    this.users.set(user, password);
  }

  add(type: Kind, given: string, givenTarget: string): void {
    const source = this.#address(given);
    const target = this.#target(givenTarget);
    if (type === 'Forward' && !this.users.has(source)) {
      throw new Refused(404, `Requested forward address does not correspond to a user: ${source}`, 'InvalidArgument');
    }
    if (type !== 'Forward' && source === target.toLowerCase()) {
      throw new Refused(400, `source and destination are the same: ${source}`);
    }
    for (const address of type === 'Alias' ? [source, target] : [source]) {
      const domain = address.slice(address.lastIndexOf('@') + 1);
      if (!this.domains.has(domain)) {
        throw new Refused(400, `Source domain '${domain}' is not managed by the domainList`);
      }
    }
    const there = this.mappings.get(source) ?? new Map<string, { type: Kind; mapping: string }>();
    if (type === 'Alias' && [...there.values()].some((each) => each.type !== 'Alias')) {
      throw new Refused(409, `'${source}' is the source of other mappings`, 'WrongState');
    }
    // The real one looks below the oldest mapping of the source alone, which is the new one only where there is no other.
    const others = [...there.values()].map(({ mapping }) => mapping.toLowerCase());
    const oldest = [...others, target.toLowerCase()].find((each) => each !== source);
    if (oldest !== undefined && this.#leadsTo(oldest, source)) {
      throw new Refused(409, `Creation of redirection of ${source} to ${target} would lead to a loop`, 'WrongState');
    }
    this.mappings.set(source, there.set(`${type} ${target}`, { type, mapping: target }));
  }

  remove(type: Kind, given: string, givenTarget: string): void {
    const source = this.#address(given);
    const there = this.mappings.get(source);
    there?.delete(`${type} ${this.#target(givenTarget)}`);
    if (there?.size === 0) {
      this.mappings.delete(source);
    }
  }

  targets(type: Kind, given: string): string[] {
    const list = [...(this.mappings.get(this.#address(given))?.values() ?? [])];
    return list
      .filter((each) => each.type === type)
      .map(({ mapping }) => mapping)
      .sort();
  }

  aliasesOf(given: string): string[] {
    const address = this.#target(given);
    return [...this.mappings]
      .filter(([, list]) => list.has(`Alias ${address}`))
      .map(([source]) => source)
      .sort();
  }

  rename(from: string, to: string): string {
    for (const user of [from, to]) {
      if (!this.users.has(user)) {
        throw new Refused(400, `user ${user} does not exist`);
      }
    }
    const taskId = this.id();
    this.tasks.set(taskId, { status: this.#carryOutRename(from, to) ? 'completed' : 'failed' });
    return taskId;
  }

  #carryOutRename(from: string, to: string): boolean {
    const list = this.mappings.get(from);
    // With the forward of an earlier rename the task fails before it moves anything.
    if (this.failRenames > 0 || list?.has(`Forward ${to}`)) {
      this.failRenames = Math.max(0, this.failRenames - 1);
      return false;
    }
    const boxes = new Set([...(this.mailboxes.get(to) ?? []), ...(this.mailboxes.get(from) ?? [])]);
    this.mailboxes.set(to, boxes);
    this.mailboxes.delete(from);
    const quota = this.quotas.get(from);
    if (quota !== undefined) {
      this.quotas.set(to, quota);
    }
    try {
      for (const target of this.targets('Forward', from)) {
        this.add('Forward', to, target === from ? to : target);
        this.remove('Forward', from, target);
      }
      this.add('Forward', from, to);
    } catch (error) {
      if (error instanceof Refused) {
        return false;
      }
      throw error;
    }
    return true;
  }

  /** Everything below `from` is followed, but for ways back to the own address. */
  #leadsTo(from: string, to: string): boolean {
    const seen = new Set<string>();
    const waiting = [from];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === to) {
        return true;
      }
      if (!seen.has(next)) {
        seen.add(next);
        waiting.push(...[...(this.mappings.get(next)?.values() ?? [])].map(({ mapping }) => mapping.toLowerCase()));
      }
    }
    return false;
  }

  #address(given: string): string {
    return this.#target(given).toLowerCase();
  }

  #target(given: string): string {
    const at = given.lastIndexOf('@');
    const local = given.slice(0, at);
    const isBad = at <= 0 || at === given.length - 1 || /[^\x21-\x7e]/.test(given) || /^\.|\.$|\.\./.test(local);
    if (isBad) {
      throw new Refused(400, `The address is not valid: ${given}`);
    }
    return `${local}${given.slice(at).toLowerCase()}`;
  }
}
