/** Where the built binary meets a Provisioning API: the sandbox of OX, that of the service, and a data directory for each test. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { OBJECT_TYPES } from '../../../lib/model/change.ts';
import type { Subscription } from '../../sandbox/provisioning/queue.ts';
import { type ProvisioningOptions, ProvisioningSandbox } from '../../sandbox/provisioning/server.ts';
import { type Scene, useScene } from '../scene.ts';
import { finallyDo } from '../serving.ts';
import type { RunOptions, RunResult } from '../workplace.ts';

export const NAME = 'ox-connector';
export const PASSWORD = 'subscription-secret';

export interface ProvisioningScene extends Scene {
  readonly service: ProvisioningSandbox;
  readonly subscription: Subscription;
  readonly env: Readonly<Record<string, string>>;
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Started in the background; it is ended with the test. */
  start(args: readonly string[], options?: RunOptions): Promise<Started>;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<RunResult>;
  readonly log: () => string;
}

export function useProvisioning(options: ProvisioningOptions = {}): ProvisioningScene {
  const scene = useScene();
  let service: ProvisioningSandbox;
  beforeEach(async () => {
    service = await new ProvisioningSandbox(options).start();
    service.subscribe(NAME, PASSWORD, OBJECT_TYPES);
  });
  afterEach(() => service.stop());

  const env = () => ({
    PROVISIONING_API_BASE_URL: service.url,
    PROVISIONING_API_USERNAME: NAME,
    PROVISIONING_API_PASSWORD: PASSWORD,
  });
  const run = (args: readonly string[], more: RunOptions = {}): Promise<RunResult> =>
    scene.place.run({ ...more, args, env: { ...env(), ...more.env } });

  return {
    get sandbox() {
      return scene.sandbox;
    },
    get place() {
      return scene.place;
    },
    verb: scene.verb,
    get service() {
      return service;
    },
    get subscription() {
      return service.subscription(NAME);
    },
    get env() {
      return env();
    },
    run,
    async start(args, more = {}) {
      let child: ChildProcess | undefined;
      let log = '';
      const ended = run(args, {
        ...more,
        onStart: (started) => {
          child = started;
          started.stderr?.on('data', (chunk: Buffer) => {
            log += chunk.toString();
          });
          more.onStart?.(started);
        },
      });
      if (child === undefined) {
        throw new Error('not started');
      }
      const running = child;
      finallyDo(() => running.kill('SIGKILL'));
      if (running.pid === undefined) {
        await once(running, 'spawn');
      }
      return { child: running, ended, log: () => log };
    },
  };
}
