/** A real Apache James for the tests, everything in memory, on loopback; it needs Java and Maven, and ends with the test run. */
import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestServer } from '../harness/tmail/world.ts';
import { end, freePort } from './processes.ts';

const HERE = resolve('tests/tmail');
const LIBRARY = join(process.env.OX_CONNECTOR_TEST_CACHE ?? join(homedir(), '.cache', 'ox-connector'), 'james-3.8.1');
const START_SECONDS = 240;

export interface James extends TestServer {
  stop(): Promise<void>;
}

/** What is missing; null: nothing. */
export function missingForJames(): string | null {
  for (const [tool, option] of [
    ['java', '-version'],
    ['mvn', '--version'],
  ] as const) {
    try {
      execFileSync(tool, [option], { stdio: 'ignore' });
    } catch {
      return tool;
    }
  }
  return null;
}

export async function startJames(): Promise<James> {
  fetchJars();
  const directory = mkdtempSync(join(tmpdir(), 'james-'));
  const port = await freePort();
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const conf = join(directory, 'conf');
  cpSync(join(HERE, 'james', 'conf'), conf, { recursive: true });
  writeFileSync(join(conf, 'jwt_publickey'), publicKey);
  const settings = readFileSync(join(HERE, 'james', 'conf', 'webadmin.properties'), 'utf8').replace(
    '@PORT@',
    String(port),
  );
  writeFileSync(join(conf, 'webadmin.properties'), settings);
  const log = join(directory, 'log');
  const output = openSync(log, 'w');
  const child = spawn(
    'java',
    [
      '-Xmx512m',
      `-Dworking.directory=${directory}`,
      `-Dlogback.configurationFile=${join(conf, 'logback.xml')}`,
      '-cp',
      join(LIBRARY, '*'),
      'org.apache.james.MemoryJamesServerMain',
    ],
    { cwd: directory, stdio: ['ignore', output, output] },
  );
  const stop = (): Promise<void> => end(child).then(() => rmSync(directory, { recursive: true, force: true }));
  const deadline = Date.now() + START_SECONDS * 1000;
  while (!readFileSync(log, 'utf8').includes('JAMES server started')) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const said = readFileSync(log, 'utf8').slice(-3000);
      await stop();
      throw new Error(`James did not start:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return { url: `http://127.0.0.1:${port}`, token: token(privateKey), hasContacts: false, stop };
}

function fetchJars(): void {
  const complete = join(LIBRARY, 'complete');
  if (!existsSync(complete)) {
    mkdirSync(LIBRARY, { recursive: true });
    const target = `-DoutputDirectory=${LIBRARY}`;
    execFileSync('mvn', ['-q', '-B', '-f', join(HERE, 'james', 'pom.xml'), 'dependency:copy-dependencies', target], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(complete, '');
  }
}

function token(privateKey: string): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ sub: 'admin@localhost', admin: true })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}
