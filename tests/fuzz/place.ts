/** A data directory in the middle of things that must never be touched, and a run of the binary under watch. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunResult, runBinary } from '../harness/workplace.ts';

export interface Watched extends RunResult {
  /** MB. */
  readonly peak: number;
  readonly timedOut: boolean;
}

export class Place {
  readonly root = mkdtempSync(join(tmpdir(), 'ox-fuzz-'));
  readonly data = join(this.root, 'data');
  readonly queue = join(this.data, 'listener');
  readonly outside = join(this.root, 'outside');
  readonly #before: string;

  constructor(template: string | null, outside: string) {
    for (const directory of ['outside', 'cwd', 'tmp']) mkdirSync(join(this.root, directory));
    writeFileSync(join(this.outside, 'victim.json'), outside);
    writeFileSync(join(this.outside, 'victim'), 'untouched');
    if (template === null) {
      mkdirSync(join(this.queue, 'old'), { recursive: true });
      mkdirSync(join(this.data, 'secrets'));
    } else {
      cpSync(template, this.data, { recursive: true });
    }
    this.#before = this.#surroundings();
  }

  drop(number: number, content: string | Buffer): string {
    const name = `2026-11-20-08-00-00-${String(number).padStart(6, '0')}.json`;
    writeFileSync(join(this.queue, name), content);
    return name;
  }

  waiting(): string[] {
    return readdirSync(this.queue)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .sort();
  }

  /** Files of DATA that nobody knows. */
  strays(): string[] {
    const known =
      /^(listener\/(\d{4}(-\d\d){5}(-\d{6})?\.json|old\/[0-9a-f-]{36}\.json|\.index\.sqlite(-wal|-shm)?|\.lock|\.lock-holder|\.runs?|\.context-deletions|\.former-dns)|secrets\/contexts\.json|ModuleAccessDefinitions\.properties|AttributeMapping\.json)$/;
    return tree(this.data).filter((path) => !known.test(path));
  }

  isSurroundingUntouched(): boolean {
    return this.#surroundings() === this.#before;
  }

  async run(env: Readonly<Record<string, string>>): Promise<Watched> {
    let peak = 0;
    let timedOut = false;
    let watch: NodeJS.Timeout | undefined;
    let limit: NodeJS.Timeout | undefined;
    const result = await runBinary({
      cwd: join(this.root, 'cwd'),
      env: { OX_CONNECTOR_DATA_DIR: this.data, TMPDIR: join(this.root, 'tmp'), HOME: join(this.root, 'cwd'), ...env },
      onStart: (child) => {
        const look = (): void => {
          peak = Math.max(peak, peakOf(child.pid));
        };
        watch = setInterval(look, 10);
        limit = setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, 60_000);
      },
    });
    clearInterval(watch);
    clearTimeout(limit);
    return { ...result, peak, timedOut };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #surroundings(): string {
    const hash = createHash('sha256');
    for (const path of tree(this.root).filter((each) => !each.startsWith('data/'))) {
      const stat = lstatSync(join(this.root, path));
      const content = stat.isFile() ? readFileSync(join(this.root, path), 'utf8') : readlinkSync(join(this.root, path));
      hash.update(`${path} ${stat.mtimeMs} ${stat.mode} ${stat.nlink} ${content}\n`);
    }
    return hash.digest('hex');
  }
}

/** MB; 0: the process has ended. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** All that is not a directory, by path; symbolic links are not followed. */
export function tree(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}
