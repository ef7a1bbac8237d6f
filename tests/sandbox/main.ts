/** Starts the sandbox OX as a process of its own; prints its address when it is ready. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readContract } from './contract.ts';
import { Journal } from './journal.ts';
import { DEFAULT_OPTIONS, mergeOptions } from './options.ts';
import { Rules } from './rules.ts';
import { DEFAULT_SEED, seedWorld } from './seed.ts';
import { serve } from './server.ts';
import type { SandboxOptions, Seed } from './types.ts';
import { createValidator } from './validate.ts';
import { createWorld } from './world.ts';

const USAGE = `npm run -s sandbox -- [options]

  --port N               default: a free one
  --tls-key F --tls-cert F
  --lean                 no schema validation, no request bodies: as fast as possible
  --latency MS           delay of each answer
  --seed FILE            initial state, JSON
  --options JSON         switches, see GET /sandbox/options
  --wsdl DIR             default: schemas/soap
  --master LOGIN:PASSWORD  default: oxadminmaster:masterpw
  --parent PID           ends with that process
  --until-stdin-closes
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'tls-key': { type: 'string' },
    'tls-cert': { type: 'string' },
    lean: { type: 'boolean', default: false },
    latency: { type: 'string', default: '0' },
    seed: { type: 'string' },
    options: { type: 'string', default: '{}' },
    wsdl: { type: 'string', default: resolve(import.meta.dirname, '../../schemas/soap') },
    master: { type: 'string', default: 'oxadminmaster:masterpw' },
    parent: { type: 'string' },
    'until-stdin-closes': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const colon = values.master.indexOf(':');
const options = startOptions();
const world = createWorld({ login: values.master.slice(0, colon), password: values.master.slice(colon + 1) }, options);
const seed: Seed = values.seed === undefined ? DEFAULT_SEED : JSON.parse(readFileSync(values.seed, 'utf8'));
seedWorld(world, seed);

const { url, server } = await serve(
  {
    world,
    journal: new Journal(),
    rules: new Rules(),
    contract: readContract(values.wsdl),
    validate: values.lean ? null : await createValidator(),
  },
  { options, seed },
  { port: Number(values.port), tls: tls() },
);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
if (values['until-stdin-closes']) process.stdin.on('end', stop).on('error', stop).resume();
if (values.parent !== undefined) watch(Number(values.parent));
process.stdout.write(`sandbox OX listening on ${url}\n`);
if (process.stdout.isTTY) process.stdout.write(whatToDo());

function whatToDo(): string {
  const logins = Object.entries(seed.contexts ?? {}).map(
    ([id, { admin }]) => `  context ${id}: ${admin?.name} / ${admin?.password}`,
  );
  return `
Master admin: ${values.master.replace(':', ' / ')}
${logins.join('\n')}

What it holds:   curl ${url}/sandbox/state
What it was asked: curl ${url}/sandbox/calls
A run against it, in another terminal (npm run -s build makes the binary):
  mkdir -p /tmp/ox-data/listener && OX_CONNECTOR_DATA_DIR=/tmp/ox-data OX_SOAP_SERVER=${url} \\
    OX_MASTER_ADMIN=${values.master.slice(0, colon)} OX_MASTER_PASSWORD=${values.master.slice(colon + 1)} dist/listener_trigger check
`;
}

function startOptions(): SandboxOptions {
  const lean = values.lean ? { recordBodies: false, validate: false } : {};
  const given: Record<string, unknown> = JSON.parse(values.options);
  return mergeOptions({ ...DEFAULT_OPTIONS, ...lean, latencyMs: Number(values.latency) }, given);
}

function tls(): { key: string; cert: string } | null {
  const key = values['tls-key'];
  const cert = values['tls-cert'];
  if (key === undefined || cert === undefined) return null;
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

function watch(parent: number): void {
  setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      stop();
    }
  }, 500).unref();
}

function stop(): void {
  server.closeAllConnections();
  process.exit(0);
}
