/** A look foresees what the server refuses: told the same, the dry server and the one behind it must answer the same. */

import { createTmailClient, isRefusal, type TmailClient } from '../../../lib/tmail/client.ts';
import { createDryServer } from '../../../lib/tmail/dry-server.ts';
import type { TmailServer } from '../../../lib/tmail/server.ts';
import { createServer } from '../../../lib/tmail/web-admin/server.ts';
import { WebAdmin } from './web-admin.ts';
import type { TestServer } from './world.ts';

type Act = (server: TmailServer, at: (name: string) => string) => Promise<void>;

/** `a>b`: a forward, `a~b`: b is an alias of a, `a=b`: a mapping, `+a`, `-a`: an account comes or goes, `a%`: a quota; `!` before: it is removed. */
const ACTS: readonly (readonly [RegExp, (from: string, to: string) => Act])[] = [
  [/^!(.+)>(.+)$/, (a, b) => (server, at) => server.remove('forwards', at(a), at(b))],
  [/^!(.+)~(.+)$/, (a, b) => (server, at) => server.remove('aliases', at(a), at(b))],
  [/^(.+)>(.+)$/, (a, b) => (server, at) => server.add('forwards', at(a), at(b))],
  [/^(.+)~(.+)$/, (a, b) => (server, at) => server.add('aliases', at(a), at(b))],
  [/^(.+)=(.+)$/, (a, b) => (server, at) => server.add('mappings', at(a), at(b))],
  [/^\+(.+)$/, (a) => (server, at) => server.createUser(at(a), 'x')],
  [/^-(.+)$/, (a) => (server, at) => server.removeUser(at(a))],
  [/^(.+)%$/, (a) => (server, at) => server.setQuota(at(a), '5')],
];

let domains = 0;

export function describeDryRules(server: () => TestServer): void {
  let admin: WebAdmin;
  let client: TmailClient;
  let at: (name: string) => string;

  beforeEach(async () => {
    domains += 1;
    const domain = `dry-${process.pid}-${domains}.example`;
    at = (name) => (name.includes('@') ? name : `${name}@${domain}`);
    admin = new WebAdmin(server().url, server().token);
    await admin.call('PUT', `/domains/${domain}`);
    for (const name of ['a', 'b', 'c', 'd']) {
      await admin.createUser(at(name));
    }
    const secret = { kind: 'token', value: server().token } as const;
    client = createTmailClient({
      url: server().url,
      secret,
      timeout: 30,
      connections: 1,
      readCertificates: () => '',
    });
  });
  afterEach(() => client.close());

  async function answers(to: TmailServer, steps: readonly string[]): Promise<string[]> {
    const seen: string[] = [];
    for (const step of steps) {
      const [pattern, make] = ACTS.find(([each]) => each.test(step)) ?? [];
      const [, from = '', target = ''] = pattern?.exec(step) ?? [];
      await make?.(from, target)(to, at).then(
        () => seen.push(step),
        (error: unknown) => {
          expect(isRefusal(error)).toBe(true);
          seen.push(`${step} refused`);
        },
      );
    }
    return seen;
  }

  // What is there before stands left of the bar.
  it.each([
    ['| +x@unknown.example +x x>y@other.example', 1],
    ['| a~i@unknown.example a~i x@unknown.example~i x=y@other.example x@unknown.example=y', 3],
    ['| x>y@other.example +x x>y@other.example -x x>z@other.example', 2],
    ['| x% +x x% -x x%', 2],
    ['a~i | +i !a~i +i', 1],
    ['| a~i +i !a~i +i', 1],
    ['a>x@other.example -a | +a !a>x@other.example +a', 1],
    ['| b>a a~b -b a~b !b>a a~b', 2],
    ['| a>b b>a', 1],
    ['a>b | b>a', 1],
    ['a>b b>c | c>a !a>b c>a', 1],
    ['| a>b b>c c>a', 1],
    ['| a>a a>b b>b b>a', 1],
    ['a>d b>c b>a | d>b', 1],
    ['a>b b>c | b>a', 0],
    ['c>a a>b | a>c', 0],
    ['a>b b>c | !b>c b>a', 1],
    ['a>b b>c | !b>c b>c b>a', 0],
    ['a>b b>c b>a | d>a d>c c~i a~j a>d a>b', 2],
    ['| a>b b>c b>a d>a !b>a d>a', 1],
    ['a>i | a~i', 1],
    ['a~i | a>i', 1],
    ['a>i b>a | b~i', 1],
    ['i=a | a>i a=i', 2],
    ['| i=a a~i', 1],
  ])('%s: %i refused', async (line, refused) => {
    const [before = [], steps = []] = line.split('|').map((part) => part.split(' ').filter((each) => each !== ''));
    const real = createServer(client);
    expect(await answers(real, before)).toEqual(before);

    const dry = await answers(createDryServer(real), steps);
    const ofAll = createDryServer(real);
    await ofAll.users();
    await ofAll.mappings();

    expect(await answers(ofAll, steps)).toEqual(dry);
    expect(dry).toEqual(await answers(real, steps));
    expect(dry.filter((each) => each.endsWith('refused'))).toHaveLength(refused);
  });
}
