/** Runs a command and says what it took: processor time, wall time, peak memory. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Usage {
  /** User and system time of the process and all its threads. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** The kernel's high-water mark, read every few milliseconds; of very short runs it is a lower bound. */
  readonly peakMiB: number;
}

export interface Command {
  readonly program: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Node does not tell what a child used; the shell does, to the millisecond. */
const SCRIPT = 'log=$1; shift; TIMEFORMAT="%3R %3U %3S"; time "$@" >"$log" 2>&1';

const SAMPLE_MS = 10;

/** Throws, with the command's output, if it does not end with 0. */
export async function measure(command: Command): Promise<Usage> {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
  const log = join(scratch, 'log');
  const timing = join(scratch, 'timing');
  const out = openSync(timing, 'w');
  try {
    const shell = spawn('bash', ['-c', SCRIPT, 'bench', log, command.program, ...(command.args ?? [])], {
      env: { PATH: process.env.PATH ?? '', TZ: 'UTC', ...command.env },
      stdio: ['ignore', 'ignore', out],
    });
    let peakKiB = 0;
    const sampler = setInterval(() => {
      peakKiB = Math.max(peakKiB, peakOf(shell.pid ?? 0));
    }, SAMPLE_MS);
    const code = await new Promise<number | null>((done, fail) => {
      shell.on('error', fail);
      shell.on('close', done);
    }).finally(() => clearInterval(sampler));
    if (code !== 0) {
      throw new Error(`${command.program} ended with ${code}:\n${readFileSync(log, 'utf8').slice(-4000)}`);
    }
    const [wall = 0, user = 0, system = 0] = readFileSync(timing, 'utf8').trim().split(' ').map(Number);
    return { wallMs: wall * 1000, cpuMs: (user + system) * 1000, peakMiB: peakKiB / 1024 };
  } finally {
    closeSync(out);
    rmSync(scratch, { recursive: true });
  }
}

/** Of the shell's child; 0: there is none (any more). */
function peakOf(shell: number): number {
  try {
    const [child] = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').split(' ');
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
