/** The other side of runner.ts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import config from '../../esbuild.config.mjs';

export interface JobResult {
  readonly code: number;
  readonly log: string;
  /** What was printed. */
  readonly output: string;
}

export interface Jobs {
  /** `words`: of a verb; none: the main job. */
  run(environment: Readonly<Record<string, string>>, words?: readonly string[]): Promise<JobResult>;
  close(): Promise<void>;
}

const VERSIONS = { ...config.define, __VERSION__: '"0"', __COMMIT__: '"0"', __BUILD_ID__: '"0"' };

const END = /\0ended with (\d+)\n$/;

/** The sources are bundled as for the binary, but not made into one. */
export async function startJobs(): Promise<Jobs> {
  const outfile = resolve('dist', 'model', 'runner.cjs');
  await build({ ...config, define: VERSIONS, entryPoints: ['tests/model/runner.ts'], outfile });
  const child = spawn(process.execPath, ['--no-warnings', outfile], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', TZ: 'UTC' },
  });
  return {
    run(environment, words = []) {
      if (child.exitCode !== null) return Promise.reject(new Error('the process of the main job has ended'));
      child.stdin.write(`${JSON.stringify({ environment, words })}\n`);
      return resultOf(child);
    },
    async close() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function resultOf(child: ChildProcess): Promise<JobResult> {
  const [output, log] = await Promise.all([child.stdout, child.stderr].map((stream) => toTheEnd(child, stream)));
  return { code: log?.code ?? 0, log: log?.text ?? '', output: output?.text ?? '' };
}

function toTheEnd(child: ChildProcess, stream: Readable | null): Promise<{ text: string; code: number }> {
  return new Promise((done, fail) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      const end = END.exec(text);
      if (end) {
        stop();
        done({ code: Number(end[1]), text: text.slice(0, end.index) });
      }
    };
    const onExit = (code: number | null): void => {
      stop();
      fail(new Error(`the process of the main job ended with ${code}:\n${text}`));
    };
    const stop = (): void => {
      stream?.off('data', onData);
      child.off('exit', onExit);
    };
    stream?.on('data', onData);
    child.on('exit', onExit);
  });
}
