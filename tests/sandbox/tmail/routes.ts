/** The routes of the stand-in. */
import { ADDRESSES } from './routes/addresses.ts';
import { DOMAINS } from './routes/domains.ts';
import { QUOTAS } from './routes/quotas.ts';
import type { Result, Route } from './routes/route.ts';
import { USERS } from './routes/users.ts';
import type { Request } from './stand-in.ts';
import { Refused, type State } from './state.ts';

interface Behaviour {
  readonly decodesTwice: boolean;
  readonly hasContacts: boolean;
}

const ROUTES: readonly Route[] = [...USERS, ...ADDRESSES, ...QUOTAS, ...DOMAINS];

export function routes(state: State, behaviour: Behaviour): (request: Request) => Result {
  return ({ method, path, body }) => {
    const [raw = '', query = ''] = path.split('?');
    for (const route of ROUTES) {
      const match =
        route.method === method && (route.contacts !== true || behaviour.hasContacts) ? route.pattern.exec(raw) : null;
      if (match) {
        const parts = match.slice(1).map((part) => decode(part, route.twice === true && behaviour.decodesTwice));
        return route.handler(state, parts, body, new URLSearchParams(query));
      }
    }
    throw new Refused(404, `${method} ${raw} can not be found`);
  };
}

/** The second time as forms are decoded: a plus sign becomes a blank. */
function decode(part: string, twice: boolean): string {
  const once = decodeURIComponent(part);
  return twice ? decodeURIComponent(once.replaceAll('+', ' ')) : once;
}
