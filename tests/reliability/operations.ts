/** Lists the file operations of the binary and strikes at one of them, with a library that is preloaded into it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';

export interface FileOperation {
  /** From 1. */
  readonly n: number;
  readonly kind: 'create' | 'write' | 'truncate' | 'fsync' | 'rename' | 'link' | 'unlink' | 'mkdir' | 'rmdir' | 'chmod';
  /** Grows with everything sent to OX: equal numbers, equal state of OX. */
  readonly sent: number;
  readonly path: string;
  /** `rename`, `link`: the new path. `write`: the offset. `truncate`: the size. */
  readonly more: string;
  readonly data: Buffer;
}

export type Failure = 'ENOSPC' | 'EROFS' | 'EACCES' | 'EIO' | 'EDQUOT';

export interface Strike {
  readonly at: number;
  /** `tear`: half of a write is done, then the process is killed. */
  readonly act: 'kill-before' | 'kill-after' | 'tear' | { readonly fail: Failure; readonly kinds?: readonly string[] };
}

/** Compiles the library. */
export function buildLibrary(directory: string): string {
  const library = join(directory, 'file-operations.so');
  const source = resolve('tests/reliability/file-operations.c');
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']);
  return library;
}

export interface WatchOptions {
  /** Only what happens below it is listed. */
  readonly root: string;
  readonly log?: string;
  readonly strike?: Strike | undefined;
  /** Seconds. */
  readonly clockShift?: number;
}

/** The environment that the binary is started with. */
export function watched(library: string, { root, log, strike, clockShift }: WatchOptions): Record<string, string> {
  return {
    LD_PRELOAD: library,
    FILE_OPS_ROOT: root,
    ...(log ? { FILE_OPS_LOG: log } : {}),
    ...(clockShift ? { FILE_OPS_CLOCK: String(clockShift) } : {}),
    ...(strike ? { FILE_OPS_AT: String(strike.at), ...describeAct(strike.act) } : {}),
  };
}

function describeAct(act: Strike['act']): Record<string, string> {
  if (typeof act === 'string') {
    return { FILE_OPS_DO: act };
  }
  const number = constants.errno[act.fail];
  return act.kinds
    ? { FILE_OPS_DO: `fail-from:${number}`, FILE_OPS_KINDS: act.kinds.join(' ') }
    : { FILE_OPS_DO: `fail:${number}` };
}

/** Paths hold no spaces: they are those of a temporary directory, and names that the binary makes. */
export function readOperations(log: string): FileOperation[] {
  if (!existsSync(log)) {
    return [];
  }
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [n = '', kind = '', sent = '', path = '', more = '', data = ''] = line.split(' ');
    return {
      n: Number(n),
      kind: kind as FileOperation['kind'],
      sent: Number(sent),
      path,
      more: more === '-' ? '' : more,
      data: Buffer.from(data, 'hex'),
    };
  });
}

/** For messages: without the temporary directory. */
export function describeOperation({ n, kind, path, more }: FileOperation, root: string): string {
  const target = more.startsWith('/') ? ` → ${more.slice(root.length + 1)}` : '';
  return `#${n} ${kind} ${path.slice(root.length + 1) || '.'}${target}`;
}
