/** The other side of runner.ts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface JobResult {
  readonly code: number;
  readonly log: string;
}

export interface Jobs {
  run(environment: Readonly<Record<string, string>>): Promise<JobResult>;
  close(): Promise<void>;
}

const END = /\0ended with (\d+)\n$/;

export function startJobs(): Jobs {
  const child = spawn(process.execPath, ['--no-warnings', 'tests/model/runner.ts'], {
    stdio: ['pipe', 'inherit', 'pipe'],
    env: { PATH: process.env.PATH ?? '', TZ: 'UTC' },
  });
  return {
    run(environment) {
      child.stdin.write(`${JSON.stringify(environment)}\n`);
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
