/**
 * Reads entries of an LDAP directory as a stream, page by page. That everything was read is what removals rest on: a
 * connection that broke off, a limit that was hit, or a login that was lost on the way is an error, never an end.
 */
import type { Socket } from 'node:net';
import type { Client, Filter, SearchEntry, SearchRequest, SearchResponse } from 'ldapts';
import { ConnectorError } from '../../errors/connector-error.ts';

/** Where the entries are, and who reads them. */
export interface LdapSearch {
  readonly url: string;
  readonly startTls: boolean;
  /** null: nobody logs in. */
  readonly bindDn: string | null;
  readonly password: string;
  readonly base: string;
  readonly filter: string;
  /** Who is found by this one only is read as well, to be left alone. */
  readonly keepFilter?: string | undefined;
  /** 0: not in pages. */
  readonly pageSize: number;
}

export interface LdapSource extends LdapSearch {
  /** Seconds. */
  readonly timeout: number;
  readonly readCertificates: () => string;
}

export interface LdapEntry {
  readonly dn: string;
  /** By attribute name in lower case. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Found by the filter of those who are left alone: perhaps by the other one before. */
  readonly isKept?: true;
}

export async function* readEntries(source: LdapSource, attributes: readonly string[]): AsyncGenerator<LdapEntry> {
  const filters: Filter[] = [];
  for (const filter of [source.filter, source.keepFilter]) {
    filters.push(...(filter ? [await parsed(filter, source)] : []));
  }
  const client = await connect(source);
  try {
    const wanted = [...new Set(attributes)];
    for (const [n, filter] of filters.entries()) {
      for await (const entries of pages(client, source, filter, wanted)) {
        for (const entry of entries) {
          yield { dn: entry.name, values: valuesOf(entry), ...(n === 0 ? {} : { isKept: true }) };
        }
      }
    }
  } catch (error) {
    throw error instanceof ConnectorError ? error : failure(error, source, 'the search');
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

/** Blanks between its parts are the layout of a file. */
async function parsed(filter: string, source: LdapSource): Promise<Filter> {
  const { FilterParser } = await import('ldapts');
  const plain = filter
    .trim()
    .replace(/\)\s+/g, ')')
    .replace(/\(\s+/g, '(')
    .replace(/\(([&|!])\s+(?=\()/g, '($1');
  try {
    return FilterParser.parseString(plain);
  } catch (error) {
    throw ldapError('TMAIL_CONFIGURATION', `the filter ${filter} is none`, source, error);
  }
}

const LOGIN = 'the login';

async function connect(source: LdapSource): Promise<Client> {
  const { Client } = await import('ldapts');
  // It is let in as nobody (RFC 4513, 5.1.2), who may see a part of the people only: the others would be gone.
  if (source.bindDn !== null && source.password === '') {
    const remedy = 'Give it: ldap.password_file, or TMAIL_LDAP_PASSWORD. To read without a login leave bind_dn out.';
    throw ldapError('TMAIL_CONFIGURATION', `the password of ${source.bindDn} is not given`, source, undefined, remedy);
  }
  const isSecure = source.url.startsWith('ldaps:');
  const tls = isSecure || source.startTls ? { ca: source.readCertificates(), rejectUnauthorized: true } : null;
  const milliseconds = source.timeout * 1000;
  const client = new Client({
    url: source.url,
    timeout: milliseconds,
    connectTimeout: milliseconds,
    strictDN: false,
    ...(isSecure && tls ? { tlsOptions: tls } : {}),
  });
  const asking = client as unknown as Asking;
  const upgrade = isSecure ? null : tls;
  let step = upgrade ? 'the encrypted connection' : source.bindDn === null ? 'the search' : LOGIN;
  try {
    await asking._connect();
    // Connected again by itself it would be nobody's, and in clear where it was encrypted.
    asking._connect = () => Promise.reject(new Error('the connection was lost'));
    if (upgrade) {
      const hostname = new URL(source.url).hostname.replace(/^\[|\]$/g, '');
      const servername = /^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname };
      await client.startTLS({ ...upgrade, host: hostname, ...servername });
    }
    if (source.bindDn !== null) {
      step = LOGIN;
      await client.bind(source.bindDn, source.password);
    }
  } catch (error) {
    await client.unbind().catch(() => undefined);
    throw failure(error, source, step);
  }
  return client;
}

/**
 * The library's own search drops the entries that came before a limit was hit or the connection broke off, takes an empty page
 * for the last one, whatever the server says of it, has no room for more than about 100,000 entries in one answer, and connects
 * again by itself, but not as anybody. So it only asks, and its answers are read here.
 */
interface Asking {
  readonly socket?: Socket;
  readonly messageDetailsByMessageId: ReadonlyMap<string, { searchEntries?: Iterable<SearchEntry> }>;
  _connect(): Promise<void> | void;
  _nextMessageId(): number;
  _send(request: SearchRequest): Promise<SearchResponse>;
}

const ENTRIES_AT_ONCE = 1000;

/** Yields what came so far, and answers the end. */
async function* answersTo(request: SearchRequest, asking: Asking): AsyncGenerator<SearchEntry[], SearchResponse> {
  let come: SearchEntry[] = [];
  let isOver = false;
  let wake = (): void => undefined;
  const sent = asking._send(request);
  const over = (): void => {
    isOver = true;
    wake();
  };
  sent.then(over, over);
  Object.assign(asking.messageDetailsByMessageId.get(String(request.messageId)) ?? {}, {
    searchEntries: {
      push(entry: SearchEntry) {
        come.push(entry);
        if (come.length >= ENTRIES_AT_ONCE) {
          asking.socket?.pause();
        }
        wake();
      },
      *[Symbol.iterator]() {},
    },
  });
  while (!isOver || come.length > 0) {
    if (come.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const entries = come;
    come = [];
    yield entries;
    asking.socket?.resume();
  }
  return await sent;
}

async function* pages(
  client: Client,
  source: LdapSource,
  filter: Filter,
  attributes: string[],
): AsyncGenerator<SearchEntry[]> {
  const { PagedResultsControl, SearchRequest, StatusCodeParser } = await import('ldapts');
  const asking = client as unknown as Asking;
  for (let cookie: Buffer | undefined; ; ) {
    const value = { size: source.pageSize, ...(cookie ? { cookie } : {}) };
    const request = new SearchRequest({
      messageId: asking._nextMessageId(),
      baseDN: source.base,
      scope: 'sub',
      derefAliases: 'never',
      filter,
      attributes,
      returnAttributeValues: true,
      controls: source.pageSize > 0 ? [new PagedResultsControl({ value })] : [],
    });
    const answer = yield* answersTo(request, asking);
    if (answer.status !== 0) {
      throw StatusCodeParser.parse(answer);
    }
    cookie = answer.controls?.find((control) => control instanceof PagedResultsControl)?.value?.cookie;
    if (!cookie?.length) {
      return;
    }
  }
}

function valuesOf({ attributes }: SearchEntry): ReadonlyMap<string, readonly string[]> {
  // What is no text comes as bytes.
  return new Map(attributes.map(({ type, values }) => [type.toLowerCase(), values.map(String)]));
}

const INVALID_CREDENTIALS = new Set([7, 8, 48, 49, 50, 53]);
/** At a login they are not about it; all others are. */
const OUTAGES = new Set([1, 3, 11, 51, 52, 80]);
const CONFIGURATION = new Set([18, 21, 32, 34]);
const LIMITS = new Set([3, 4, 11]);

function failure(cause: unknown, source: LdapSource, what: string): ConnectorError {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const { code: found } = cause as { code?: unknown };
  const code = typeof found === 'number' ? found : null;
  const words = `${error.message.trim()}${code === null ? '' : ` (LDAP result ${code})`}`;
  if (code !== null && (what === LOGIN ? !OUTAGES.has(code) : INVALID_CREDENTIALS.has(code))) {
    return ldapError('LDAP_CREDENTIALS', `${source.url} refuses ${what}: ${words}`, source, cause);
  }
  if (code !== null && CONFIGURATION.has(code)) {
    const message = `${source.url} cannot carry out the search under ${source.base}: ${words}`;
    return ldapError('TMAIL_CONFIGURATION', message, source, cause);
  }
  if (code !== null && what !== LOGIN && LIMITS.has(code)) {
    return ldapError(
      'LDAP_UNREACHABLE',
      `${source.url} ended the search before everything was read: ${words}`,
      source,
      cause,
      'Raise the limits of the directory for ldap.bind_dn (size, time, pages), or set ldap.page_size. Until then nothing is removed.',
    );
  }
  const message = `${source.url} cannot be used: ${what} failed: ${words}`;
  return ldapError('LDAP_UNREACHABLE', message, source, cause);
}

const REMEDIES = {
  LDAP_CREDENTIALS: 'Correct ldap.bind_dn and the password in ldap.password_file, and what this user may read.',
  TMAIL_CONFIGURATION: 'Correct ldap.base and ldap.filter.',
  LDAP_UNREACHABLE:
    'Check that the directory is running, that ldap.url is right, and its certificate. Until then nothing is removed.',
};

function ldapError(
  code: keyof typeof REMEDIES,
  message: string,
  { base }: LdapSource,
  cause?: unknown,
  remedy = REMEDIES[code],
): ConnectorError {
  return new ConnectorError(code, message, { fields: { object: base }, cause, remedy });
}
