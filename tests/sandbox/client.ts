/** Starts a sandbox OX for a test and talks to its control side. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { resolve } from 'node:path';
import type {
  CallRecord,
  CanonicalState,
  Connections,
  Counts,
  Drift,
  Rule,
  SandboxOptions,
  SandboxState,
  Seed,
  Violation,
} from './types.ts';

export { type Certificates, type KeyPair, makeCertificates } from './certificates.ts';
export type * from './types.ts';

export const MASTER = { login: 'oxadminmaster', password: 'masterpw' } as const;
/** Of the default seed. */
export const ADMIN_10 = { login: 'oxadmin', password: 'secret10' } as const;

/** Most of a start is compiling what has not changed since the last one. */
const COMPILE_CACHE = resolve('node_modules/.cache/sandbox');

export interface StartOptions {
  lean?: boolean;
  port?: number;
  latencyMs?: number;
  tls?: { key: string; cert: string };
  options?: Partial<SandboxOptions>;
  /** In place of the default seed, also for later resets. */
  seedFile?: string;
}

export interface Sandbox {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  state(): Promise<SandboxState>;
  canonicalState(): Promise<CanonicalState>;
  calls(filter?: { service?: string; operation?: string; since?: number }): Promise<CallRecord[]>;
  counts(): Promise<Counts>;
  violations(): Promise<Violation[]>;
  connections(): Promise<Connections>;
  /** Adds rules; answers with those not used up. */
  rules(rules: Rule[]): Promise<Rule[]>;
  remainingRules(): Promise<Rule[]>;
  clearRules(): Promise<void>;
  options(options: Partial<SandboxOptions>): Promise<SandboxOptions>;
  seed(seed: Seed): Promise<void>;
  drift(drift: Drift | Drift[]): Promise<void>;
  reset(seed?: Seed): Promise<void>;
  closeIdleConnections(): Promise<void>;
  stop(): Promise<void>;
}

/** Run it from the project's root. The sandbox also ends when this process does. */
export async function startSandbox(options: StartOptions = {}): Promise<Sandbox> {
  const child = spawn(nodeCommand(), ['--no-warnings', resolve('tests/sandbox/main.ts'), ...argumentsOf(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
  const url = await address(child);

  function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return send<T>(`${url}/sandbox/${path}`, { method, agent: false }, body);
  }

  return {
    url,
    pid: child.pid ?? 0,
    state: () => call('GET', 'state'),
    canonicalState: () => call('GET', 'state?ids=names'),
    calls: (filter = {}) =>
      call('GET', `calls?${new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]))}`),
    counts: () => call('GET', 'calls?count'),
    violations: () => call('GET', 'violations'),
    connections: () => call('GET', 'connections'),
    rules: (rules) => call('POST', 'rules', rules),
    remainingRules: () => call('GET', 'rules'),
    clearRules: () => call('DELETE', 'rules'),
    options: (changes) => call('POST', 'options', changes),
    seed: (seed) => call('POST', 'seed', seed),
    drift: (drift) => call('POST', 'drift', drift),
    reset: (seed) => call('POST', 'reset', seed),
    closeIdleConnections: () => call('POST', 'close'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Jest may run on an older Node than the one that strips types. */
function nodeCommand(): string {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= 26 ? process.execPath : resolve('node_modules/.bin/node');
}

function argumentsOf(options: StartOptions): string[] {
  const args = ['--until-stdin-closes'];
  if (options.lean === true) args.push('--lean');
  if (options.port !== undefined) args.push('--port', String(options.port));
  if (options.latencyMs !== undefined) args.push('--latency', String(options.latencyMs));
  if (options.tls !== undefined) args.push('--tls-key', options.tls.key, '--tls-cert', options.tls.cert);
  if (options.options !== undefined) args.push('--options', JSON.stringify(options.options));
  if (options.seedFile !== undefined) args.push('--seed', options.seedFile);
  return args;
}

function address(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let output = '';
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`the sandbox ended at once with ${code}`)));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const match = /listening on (\S+)\n/.exec(output);
      if (match?.[1] !== undefined) found(match[1]);
    });
  });
}

function send<T>(url: string, options: RequestOptions, body: unknown): Promise<T> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  return new Promise((done, failed) => {
    const answered = (response: IncomingMessage): void => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) done(JSON.parse(answer));
        else failed(new Error(`sandbox: ${answer}`));
      });
    };
    // The control side is trusted whatever certificate the SOAP side shows.
    const request = url.startsWith('https:')
      ? httpsRequest(url, { ...options, headers, rejectUnauthorized: false }, answered)
      : httpRequest(url, { ...options, headers }, answered);
    request.on('error', failed);
    request.end(text);
  });
}
