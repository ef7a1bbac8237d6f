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

const LONGEST_WAY = 10;

export class State {
  readonly users = new Map<string, string>();
  readonly domains = new Set<string>(['localhost']);
  /** Source → `Kind target`. */
  readonly mappings = new Map<string, Map<string, { type: Kind; mapping: string }>>();
  readonly quotas = new Map<string, string>();
  readonly identities = new Map<string, StoredIdentity[]>();
  readonly mailboxes = new Map<string, Set<string>>();
  readonly contacts = new Map<string, { id: string; firstname: string | null; surname: string | null }>();
  readonly tasks = new Map<string, { status: string; steps: object }>();
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
    if (there.has(`${type} ${target}`)) {
      return;
    }
    // Where mail to the new target ends is all that is looked at: whoever forwards elsewhere already is no end.
    if (this.#endsOf(target.toLowerCase()).has(source) && target.toLowerCase() !== source) {
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
    const isDone = this.#carryOutRename(from, to);
    const steps = {
      ForwardUsernameChangeTaskStep: isDone ? 'DONE' : 'FAILED',
      MailboxUsernameChangeTaskStep: isDone ? 'DONE' : 'ABORTED',
    };
    this.tasks.set(taskId, { status: isDone ? 'completed' : 'failed', steps });
    return taskId;
  }

  #carryOutRename(from: string, to: string): boolean {
    // Forwards go first: where one of them cannot be moved nothing else is, and those before it have moved.
    if (this.failRenames > 0 || !this.#moveForwards(from, to)) {
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
    return true;
  }

  #moveForwards(from: string, to: string): boolean {
    try {
      for (const target of this.targets('Forward', from)) {
        const moved = target === from ? to : target;
        // Also that of an earlier rename, where the new one forwards to itself.
        if (this.mappings.get(to)?.has(`Forward ${moved}`)) {
          return false;
        }
        this.add('Forward', to, moved);
        this.remove('Forward', from, target);
      }
      this.add('Forward', from, to);
      return true;
    } catch (error) {
      if (error instanceof Refused) {
        return false;
      }
      throw error;
    }
  }

  /** Where mail to the address ends, itself where a copy stays. A circle on the way, or too long a way, is an error of the server. */
  #endsOf(address: string, way: readonly string[] = []): Set<string> {
    if (way.includes(address) || way.length === LONGEST_WAY) {
      throw new Refused(500, 'WebAdmin encountered an unexpected internal error', 'ServerError');
    }
    const targets = [...(this.mappings.get(address)?.values() ?? [])].map(({ mapping }) => mapping.toLowerCase());
    const onward = targets.filter((target) => target !== address);
    return new Set([
      ...(onward.length === targets.length && onward.length > 0 ? [] : [address]),
      ...onward.flatMap((target) => [...this.#endsOf(target, [...way, address])]),
    ]);
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
