/** Quotas as WebAdmin tells them. */
import type { TmailClient } from '../client.ts';

const PAGE = 1000;

/** More than these, and it is the server that fails. */
const MOST_UNREADABLE = 20;

/** Its own value, not what holds: with a quota of the domain everybody has one that holds. */
export async function ownQuotas(client: TmailClient): Promise<Map<string, string>> {
  const quotas = new Map<string, string>();
  let unreadable = 0;
  /** Answers whether there may be more. */
  const read = async (offset: number, limit: number): Promise<boolean> => {
    const path = `/quota/users?limit=${limit}&offset=${offset}`;
    const expects = unreadable < MOST_UNREADABLE ? [500] : [];
    const call = { method: 'GET', path, object: 'the list of quotas', vital: true, expects } as const;
    const answer = await client.call(call);
    if (answer.status !== 500) {
      answer.json(Array.isArray);
      const page = parseQuotas(answer.text);
      for (const { username, size } of page) {
        if (size !== null) {
          quotas.set(username.toLowerCase(), size);
        }
      }
      return page.length === limit;
    }
    // James fails over all that it is asked for where it fails over one: an account with an ampersand in its name.
    if (limit === 1) {
      unreadable += 1;
      return true;
    }
    const half = Math.ceil(limit / 2);
    return (await read(offset, half)) && (await read(offset + half, limit - half));
  };
  for (let offset = 0; await read(offset, PAGE); offset += PAGE) {}
  return quotas;
}

interface QuotaDetail {
  readonly user?: { readonly size?: number | string | null } | null;
}

function parseQuotas(text: string): { username: string; size: string | null }[] {
  const users = parseExactly(text) as readonly { username: string; detail?: QuotaDetail | null }[];
  return users.map(({ username, detail }) => ({ username, size: sizeOf(detail ?? {}) }));
}

/** Of one user's answer; null: none of its own. */
export function ownQuotaIn(text: string): string | null {
  return sizeOf(parseExactly(text) as QuotaDetail);
}

function sizeOf({ user }: QuotaDetail): string | null {
  const size = user?.size ?? null;
  return size === null ? null : String(size);
}

/** Sizes go up to 2^63-1, which a number does not hold exactly. */
function parseExactly(text: string): unknown {
  const exact = text.replace(
    /("(?:[^"\\]|\\.)*")|(-?\d{16,})/g,
    (_, quoted: string | undefined, digits: string) => quoted ?? `"${digits}"`,
  );
  return JSON.parse(exact);
}
