/** The log: levels, both forms, one event a line, and no line lost, however slow the reader. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs `statements` with `log` in a process of its own. Answers what it wrote on standard error. */
async function logged(statements: string, level = 'info', format = 'text', readSlowly = false): Promise<string> {
  const script = `const { createLogger } = await import(${JSON.stringify(resolve('lib/logger/logger.ts'))});
    const { makeWinston } = await import(${JSON.stringify(resolve('lib/logger/winston.ts'))});
    const log = createLogger({ level: '${level}', format: '${format}' }, makeWinston);
    ${statements}`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const chunks: Buffer[] = [];
  if (readSlowly) {
    await sleep(1000);
  }
  for await (const chunk of child.stderr as AsyncIterable<Buffer>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const ALL = "log.debug('a'); log.info('b'); log.warning('c'); log.error('d');";
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /gm;

it.each([
  ['debug', 'DEBUG   a\nINFO    b\nWARNING c\nERROR   d\n'],
  ['info', 'INFO    b\nWARNING c\nERROR   d\n'],
  ['warning', 'WARNING c\nERROR   d\n'],
  ['error', 'ERROR   d\n'],
])('shows at level %s what is at least as important, with time and level', async (level, expected) => {
  const text = await logged(ALL, level);
  expect(text.match(TIME)).toHaveLength(expected.split('\n').length - 1);
  expect(text.replace(TIME, '')).toBe(expected);
});

it('tells at every level what a verb was called for', async () => {
  const text = await logged("log.info('b'); log.outcome('7 done', { n: 7 });", 'error');
  expect(text.replace(TIME, '')).toBe('INFO    7 done n=7\n');
});

it('leaves out the middle of what is far too long', async () => {
  const text = await logged("log.error('a'.repeat(900_000) + ' end', { dn: 'b'.repeat(900_000) })");
  expect(text.length).toBeLessThan(9000);
  expect(text).toMatch(/a{3000} \[…896004 characters…\] a{996} end dn="b{3000} \[…896000 characters…\] b{1000}"\n$/);
});

it('writes one event a line, with fields that can be told apart', async () => {
  const text = await logged(
    `log.info('event', { dn: 'uid=anna,dc=x', file: '/data/1.json', n: 7, is: true, list: ['a', 'b'], none: undefined, empty: '' });
     log.info('first\\nINFO forged\\u2028line', { dn: 'a\\nb "c"' });`,
  );
  expect(text.replace(TIME, '')).toBe(
    'INFO    event dn="uid=anna,dc=x" file=/data/1.json n=7 is=true list="a, b"\n' +
      'INFO    first INFO forged line dn="a\\nb \\"c\\""\n',
  );
});

it('writes JSON, one object a line', async () => {
  const text = await logged(
    `log.warning('not ä "s" wished\\n', { dn: 'x', n: 7, list: ['a'], none: undefined });`,
    'info',
    'json',
  );
  expect(text.endsWith('}\n')).toBe(true);
  expect(JSON.parse(text)).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    level: 'warning',
    message: 'not ä "s" wished\n',
    dn: 'x',
    n: 7,
    list: ['a'],
  });
});

const HIDDEN = '\u009b31mred\u202e\u200f\u2066\u0085\u007f';

it('shows by their numbers what a terminal would act on, in texts and in JSON', async () => {
  const statement = `log.warning(${JSON.stringify(`a${HIDDEN}`)}, { dn: ${JSON.stringify(`uid=${HIDDEN}`)} });`;
  const text = await logged(statement);
  const numbers = '\\u009b31mred\\u202e\\u200f\\u2066\\u0085';
  expect(text.replace(TIME, '')).toBe(`WARNING a${numbers}  dn="uid=${numbers}\\u007f"\n`);

  const json = await logged(statement, 'info', 'json');
  expect(json).toContain(`"uid=${numbers}\\u007f"`);
  expect(JSON.parse(json)).toMatchObject({ message: `a${HIDDEN}`, dn: `uid=${HIDDEN}` });
});

it('loads winston only for a line that is shown', async () => {
  const text = await logged(
    `let made = 0; const lazy = createLogger({ level: 'info', format: 'text' }, (...all) => { made += 1; return makeWinston(...all); });
     lazy.debug('x'); const before = made; lazy.info('y'); lazy.info('z'); log.info('made ' + before + made);`,
  );
  expect(text).toContain('made 01');
});

it('loses no line to a slow pipe, nor to the end of the process', async () => {
  const text = await logged(
    `for (let n = 0; n < 5000; n += 1) log.info('line ' + n, { filler: '${'x'.repeat(200)}' }); process.exit(0);`,
    'info',
    'text',
    true,
  );
  const numbers = [...text.matchAll(/line (\d+) filler=x{200}\n/g)].map(([, n]) => Number(n));
  expect(numbers).toEqual(Array.from({ length: 5000 }, (_, n) => n));
});

it('loses no line when the process is killed right after it', async () => {
  const text = await logged(`log.info('the last line'); process.kill(process.pid, 'SIGKILL');`);
  expect(text).toContain('the last line\n');
});

it('goes on when nobody reads any more', async () => {
  const script = `const { createLogger } = await import(${JSON.stringify(resolve('lib/logger/logger.ts'))});
    const { makeWinston } = await import(${JSON.stringify(resolve('lib/logger/winston.ts'))});
    const log = createLogger({ level: 'info', format: 'text' }, makeWinston);
    await new Promise((go) => setTimeout(go, 300));
    log.info('to nobody'); process.exitCode = 7;`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.destroy();
  expect(await new Promise((ended) => child.on('exit', ended))).toBe(7);
});
