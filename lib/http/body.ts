/** The body of an answer: collected, or handed on piece by piece, within a limit on its size, decompressed. */
import type { IncomingMessage } from 'node:http';
import { TransportError } from './transport-error.ts';

export interface Ends {
  /** null: it was taken. `bytes`: as they came. */
  readonly done: (body: Buffer | null, bytes: number) => void;
  readonly fail: (error: Error) => void;
  /** Ends with the very error. */
  readonly giveUp: (error: unknown) => void;
}

export function isTakeable({ statusCode, headers }: IncomingMessage): boolean {
  const isPlain = (headers['content-encoding'] ?? 'identity') === 'identity';
  return statusCode === 200 && isPlain && charsetOf(headers['content-type'] ?? '') === 'utf-8';
}

export function charsetOf(contentType: string): string {
  return /charset="?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
}

/** Answers through one of the ends: an async iterator would cost as much as the rest of a call. */
export function collect(
  response: IncomingMessage,
  take: ((piece: Buffer) => void) | undefined,
  limit: number,
  { done, fail, giveUp }: Ends,
): void {
  const chunks: Buffer[] = [];
  const keep = take ?? ((chunk: Buffer) => void chunks.push(chunk));
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) {
      fail(tooLarge(limit));
      return;
    }
    try {
      keep(chunk);
    } catch (error) {
      giveUp(error);
    }
  });
  response.on('error', fail);
  // An answer that is cut off has no end, but an error.
  response.on('end', () => {
    if (take) {
      done(null, size);
      return;
    }
    const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
    const encoding = response.headers['content-encoding'] ?? 'identity';
    try {
      done(encoding === 'identity' ? body : decompress(body, encoding, limit), size);
    } catch (error) {
      fail(error as Error);
    }
  });
}

/** We do not ask for compression, but a proxy may be set up to compress all the same. */
function decompress(body: Buffer, encoding: string, limit: number): Buffer {
  const zlib = process.getBuiltinModule('node:zlib');
  const expand = { gzip: zlib.gunzipSync, 'x-gzip': zlib.gunzipSync, deflate: zlib.inflateSync }[
    encoding.toLowerCase()
  ];
  if (!expand) {
    throw new TransportError('invalid', `the answer is encoded as ${encoding.slice(0, 20)}, which was not asked for`);
  }
  try {
    return expand(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(limit);
    }
    throw new TransportError('invalid', 'the answer cannot be decompressed', error);
  }
}

function tooLarge(limit: number): TransportError {
  return new TransportError('large', `the answer is larger than ${limit / 1024 / 1024} MiB`);
}
