/** WebAdmin as tests look at it and prepare it: apart from the product's client, so that the two do not share mistakes. */

export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}

export class WebAdmin {
  readonly #url: string;
  readonly #token: string;
  #decodesTwice: boolean | null = null;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async call(method: string, path: string, body?: unknown, token = this.#token): Promise<AdminAnswer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, body: parse(text) };
  }

  /** Under the routes that decode twice in James before 3.9. */
  async twice(text: string): Promise<string> {
    this.#decodesTwice ??= (await this.call('GET', '/address/aliases/x%2By@any.example')).status === 400;
    const once = encodeURIComponent(text);
    return this.#decodesTwice ? encodeURIComponent(once) : once;
  }

  async users(): Promise<string[]> {
    return ((await this.call('GET', '/users')).body as { username: string }[]).map(({ username }) => username);
  }

  async createUser(user: string): Promise<void> {
    await this.call('PUT', `/users/${encodeURIComponent(user)}`, { password: 'secret' });
  }

  async aliases(user: string): Promise<string[]> {
    const { body } = await this.call('GET', `/address/aliases/${await this.twice(user)}`);
    return Array.isArray(body) ? (body as { source: string }[]).map(({ source }) => source).sort() : [];
  }

  async addAlias(user: string, alias: string): Promise<AdminAnswer> {
    return this.call('PUT', `/address/aliases/${await this.twice(user)}/sources/${await this.twice(alias)}`);
  }

  async forwards(user: string): Promise<string[]> {
    const { status, body } = await this.call('GET', `/address/forwards/${await this.twice(user)}`);
    return status === 200 ? (body as { mailAddress: string }[]).map(({ mailAddress }) => mailAddress).sort() : [];
  }

  async addForward(user: string, target: string): Promise<AdminAnswer> {
    return this.call('PUT', `/address/forwards/${await this.twice(user)}/targets/${await this.twice(target)}`);
  }

  async mappings(user: string): Promise<string[]> {
    const { body } = await this.call('GET', `/mappings/user/${encodeURIComponent(user)}`);
    const list = Array.isArray(body) ? (body as { type: string; mapping: string }[]) : [];
    return list
      .filter(({ type }) => type === 'Address')
      .map(({ mapping }) => mapping)
      .sort();
  }

  /** Its own, not the domain's. */
  async quota(user: string): Promise<string | null> {
    const { status, text } = await this.call('GET', `/quota/users/${await this.twice(user)}/size`);
    return status === 200 ? text : null;
  }

  async setQuota(user: string, bytes: string): Promise<void> {
    await this.call('PUT', `/quota/users/${await this.twice(user)}/size`, bytes);
  }

  /** The name of the default identity. */
  async identity(user: string): Promise<string | null> {
    const { status, body } = await this.call('GET', `/users/${encodeURIComponent(user)}/identities?default=true`);
    return status === 200 ? ((body as { name: string }[])[0]?.name ?? null) : null;
  }

  async addIdentity(user: string, name: string): Promise<void> {
    await this.call('POST', `/users/${encodeURIComponent(user)}/identities`, { email: user, name, sortOrder: 0 });
  }

  /** Of the default one, as the user does it. */
  async renameIdentity(user: string, name: string): Promise<void> {
    const path = `/users/${encodeURIComponent(user)}/identities`;
    const [{ id = '' } = {}] = (await this.call('GET', `${path}?default=true`)).body as { id?: string }[];
    await this.call('PUT', `${path}/${id}`, { name });
  }

  async contact(address: string): Promise<string | null> {
    const [local = '', domain = ''] = address.split('@');
    const { status, body } = await this.call('GET', `/domains/${domain}/contacts/${encodeURIComponent(local)}`);
    if (status !== 200) {
      return null;
    }
    const { firstname, surname } = body as { firstname: string | null; surname: string | null };
    return [firstname, surname].filter((name) => name !== null && name !== '').join(' ');
  }

  async putMail(user: string): Promise<void> {
    await this.call('PUT', `/users/${encodeURIComponent(user)}/mailboxes/INBOX`);
  }

  async mailboxes(user: string): Promise<number> {
    const { body } = await this.call('GET', `/users/${encodeURIComponent(user)}/mailboxes`);
    return Array.isArray(body) ? body.length : 0;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
