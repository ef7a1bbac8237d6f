/** The other side of runner.ts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import config from '../../esbuild.config.mjs';

export interface JobResult {
  readonly code: number;
  readonly log: string;
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
    stdio: ['pipe', 'ignore', 'pipe'],
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

function resultOf(child: ChildProcess): Promise<JobResult> {
  return new Promise((done, fail) => {
    let log = '';
    const onData = (chunk: Buffer): void => {
      log += chunk.toString('utf8');
      const end = END.exec(log);
      if (end) {
        stop();
        done({ code: Number(end[1]), log: log.slice(0, end.index) });
      }
    };
    const onExit = (code: number | null): void => {
      stop();
      fail(new Error(`the process of the main job ended with ${code}:\n${log}`));
    };
    const stop = (): void => {
      child.stderr?.off('data', onData);
      child.off('exit', onExit);
    };
    child.stderr?.on('data', onData);
    child.on('exit', onExit);
  });
}
