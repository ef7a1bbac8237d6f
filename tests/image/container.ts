/** Runs an image as the App Center does, with a read-only root and namespaces of its own for mounts and processes. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunResult, runBinary } from '../harness/workplace.ts';

export const DATA = '/var/lib/univention-appcenter/apps/ox-connector/data';

export interface Container {
  /** As `docker exec` does. */
  exec(command: readonly string[], environment?: Readonly<Record<string, string>>): Promise<RunResult>;
  /** Copies a file to /tmp, as the host does before every run. */
  copyToTmp(file: string): void;
  /** As `docker stop` does; answers the exit code of the container's process. */
  stop(): Promise<number | null>;
}

const SET_UP = `
mkdir -p "$ROOT${DATA}"
mount --bind "$ROOT" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount --bind /dev "$ROOT/dev"
mount -t tmpfs tmpfs "$ROOT/tmp"
mount --bind "$DATA" "$ROOT${DATA}"
mount -o remount,bind,ro "$ROOT"
echo ready
exec env -i PATH=/usr/local/bin:/usr/bin:/bin /usr/sbin/chroot "$ROOT" "$@"
`;

export async function startContainer(root: string, data: string, command: readonly string[]): Promise<Container> {
  const namespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
  const outer = spawn('unshare', [...namespaces, 'sh', '-euc', SET_UP, 'sh', ...command], {
    env: { PATH: process.env.PATH, ROOT: root, DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(outer, 'exit') as Promise<[number | null]>;
  await Promise.race([once(outer.stdout, 'data'), ended]);
  const first = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8').trim();
  if (first === '') {
    throw new Error('the container did not start');
  }
  // Until the shell that set it up has become the container's own process.
  while (readFileSync(`/proc/${first}/cmdline`, 'utf8').includes(SET_UP)) {
    await delay(20);
  }
  const enter = ['--target', first, '--mount', '--pid'];
  return {
    exec: (inner, environment = {}) =>
      runBinary({
        binary: 'nsenter',
        args: [
          ...enter,
          'env',
          '-i',
          'PATH=/usr/local/bin:/usr/bin:/bin',
          '/usr/sbin/chroot',
          root,
          'env',
          ...pairs(environment),
          ...inner,
        ],
      }),
    copyToTmp: (file) => void execFileSync('nsenter', [...enter, 'cp', '--preserve=mode', file, `${root}/tmp/`]),
    stop: async () => {
      const deadline = Date.now() + 10_000;
      // Once more, as a process that has just become the first one of its namespace does not hear it yet.
      while (outer.exitCode === null && outer.signalCode === null) {
        process.kill(Number(first), Date.now() < deadline ? 'SIGTERM' : 'SIGKILL');
        await Promise.race([ended, delay(300)]);
      }
      return outer.exitCode;
    },
  };
}

function pairs(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}
