/** A data directory in a temporary folder, the built binary, and a look at what is left: for tests of the whole. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openInbox } from '../../lib/queue/inbox.ts';
import { openParking } from '../../lib/queue/parking.ts';
import { envelopeMistakes } from '../../lib/validate/envelope.ts';
import { ADMIN_10, MASTER } from '../sandbox/client.ts';
import type { QueueFile } from './objects.ts';

export const BINARY = resolve('dist/listener_trigger');

export interface RunResult {
  /** Exit code; null: ended by a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly binary?: string;
  readonly cwd?: string;
  /** On standard input; none: it is closed. */
  readonly input?: string;
  /** Called with the process just started. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface Workplace {
  readonly data: string;
  readonly queue: string;
  /** Puts files into the queue, in the order given. Answers their names. */
  drop(...files: readonly QueueFile[]): string[];
  dropRaw(name: string, content: string | Buffer): void;
  run(options?: RunOptions): Promise<RunResult>;
  waiting(): string[];
  /** Names of all that is in a folder of the queue, sorted. */
  namesIn(folder: string): string[];
  /** Names of the files set aside. */
  parked(): string[];
  /** The caller starts a run again after 5 s: a lost answer is so much older. What OX still deletes takes its own time. */
  pass(): void;
  /** Puts back what was set aside. */
  retry(): void;
  /** id → last state. */
  lastStates(): Record<string, Record<string, unknown>>;
  lastState(id: string): { object: Record<string, unknown> } | null;
  /** Writes a last state by hand. */
  remember(file: QueueFile): void;
  /** Changes what a last state holds, in its place. */
  rewrite(id: string, changes: Readonly<Record<string, unknown>>): void;
  credentials(): Record<string, { adminuser: string; adminpass: string }>;
  profiles(): string;
  /** Removes a last state by hand. */
  forget(id: string): void;
  clearQueue(): void;
  /** A path below DATA. */
  removeFile(path: string): void;
  remove(): void;
}

/** Milliseconds. */
const CALLER_WAITS = 5000;

/** Of a file that may not be there, or be cut off. */
function rewriteJson(path: string, change: (value: Record<string, unknown>) => Record<string, unknown>): void {
  try {
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
  } catch (error) {
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
}

/** With the credentials of the sandbox's context 10 and its master admin. */
export function makeWorkplace(soapServer: string, data = mkdtempSync(join(tmpdir(), 'ox-connector-'))): Workplace {
  const queue = join(data, 'listener');
  const old = join(queue, 'old');
  mkdirSync(queue);
  mkdirSync(join(data, 'secrets'));
  const login = (admin: { login: string; password: string }) => ({ adminuser: admin.login, adminpass: admin.password });
  const credentialsFile = join(data, 'secrets', 'contexts.json');
  writeFileSync(credentialsFile, JSON.stringify({ master: login(MASTER), 10: login(ADMIN_10) }), { mode: 0o600 });
  let dropped = 0;
  const namesIn = (folder: string): string[] =>
    existsSync(join(queue, folder)) ? readdirSync(join(queue, folder)).sort() : [];

  return {
    data,
    queue,
    drop: (...files) =>
      files.map((file) => {
        dropped += 1;
        const name = `2026-11-20-08-00-00-${String(dropped).padStart(6, '0')}.json`;
        writeFileSync(join(queue, name), JSON.stringify(file));
        return name;
      }),
    dropRaw: (name, content) => writeFileSync(join(queue, name), content),
    run: (options = {}) =>
      runBinary({ ...options, env: { OX_CONNECTOR_DATA_DIR: data, OX_SOAP_SERVER: soapServer, ...options.env } }),
    waiting: () =>
      readdirSync(queue)
        .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
        .sort(),
    namesIn,
    parked: () => namesIn('parked').filter((name) => name.endsWith('.json')),
    pass: () => {
      const holder = join(queue, '.lock-holder');
      if (existsSync(holder)) {
        const time = new Date(statSync(holder).mtimeMs - CALLER_WAITS);
        utimesSync(holder, time, time);
      }
      rewriteJson(join(queue, '.run'), (record) => ({
        ...record,
        ...(record.lostAnswer
          ? { lostAnswer: new Date(Date.parse(String(record.lostAnswer)) - CALLER_WAITS).toISOString() }
          : {}),
      }));
    },
    retry: () => {
      const parking = openParking(openInbox(queue, envelopeMistakes));
      parking.names().forEach(parking.retry);
    },
    lastStates: () =>
      existsSync(old)
        ? Object.fromEntries(
            readdirSync(old)
              .filter((name) => name.endsWith('.json'))
              .sort()
              .map((name) => [name.slice(0, -5), JSON.parse(readFileSync(join(old, name), 'utf8'))]),
          )
        : {},
    lastState: (id) => {
      const path = join(old, `${id}.json`);
      return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
    },
    remember: (file) => {
      mkdirSync(old, { recursive: true });
      writeFileSync(join(old, `${file.id}.json`), JSON.stringify(file));
    },
    rewrite: (id, changes) => {
      const path = join(old, `${id}.json`);
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
    },
    credentials: () => JSON.parse(readFileSync(credentialsFile, 'utf8')),
    profiles: () => {
      const path = join(data, 'ModuleAccessDefinitions.properties');
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    },
    forget: (id) => rmSync(join(old, `${id}.json`)),
    clearQueue: () => {
      for (const name of readdirSync(queue).filter((each) => each.endsWith('.json') && !each.startsWith('.'))) {
        rmSync(join(queue, name));
      }
    },
    removeFile: (path) => rmSync(join(data, path)),
    remove: () => rmSync(data, { recursive: true, force: true }),
  };
}

/** The environment is only what is given, so that no variable of the machine changes a test. */
export function runBinary(options: RunOptions): Promise<RunResult> {
  return new Promise((done, fail) => {
    const child = spawn(options.binary ?? BINARY, options.args ?? [], {
      env: { PATH: process.env.PATH ?? '', TZ: 'UTC', ...options.env },
      cwd: options.cwd ?? tmpdir(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // Who reads nothing may be gone before it is written.
    child.stdin.on('error', () => undefined).end(options.input ?? '');
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', fail);
    child.on('close', (code, signal) => {
      done({ code, signal, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
    options.onStart?.(child);
  });
}
