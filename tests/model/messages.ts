/**
 * The same histories, told by the Provisioning API: what happens comes live, some of it twice, a prefill names all that there
 * is. Other ids come with a prefill, which tells the former one too.
 */
import { strictEqual } from 'node:assert/strict';
import { OBJECT_TYPES } from '../../lib/model/change.ts';
import type { QueueFile } from '../harness/objects.ts';
import { live, prefilled } from '../sandbox/provisioning/objects.ts';
import type { ProvisioningSandbox } from '../sandbox/provisioning/server.ts';
import type { Directory } from './directory.ts';
import { type Bench, Play, type Source, tail } from './play.ts';
import type { Story } from './stories.ts';

const NAME = 'ox-connector';
const PASSWORD = 'secret';

/** More than in histories of files. */
export const MESSAGE_WORK = { prefill: 6 };

export async function playMessages(
  bench: Bench,
  service: ProvisioningSandbox,
  { steps, concurrency }: Story,
): Promise<void> {
  service.subscribe(NAME, PASSWORD, OBJECT_TYPES);
  const play = await Play.begin(bench, concurrency, (each) => new Messages(bench, service, each));
  try {
    for (const step of steps) {
      await (step.what === 'prefill' ? playPrefill(bench, play, step.c) : play.step(step));
    }
    await play.finish();
    strictEqual(service.subscription(NAME).lost.length, 0, 'messages were deleted without having been delivered');
  } finally {
    play.end();
  }
}

/** The second one says nothing new: OX is not asked. */
async function playPrefill(bench: Bench, play: Play, style: number): Promise<void> {
  play.nameAll(style, 'named');
  await play.runAndCheck();
  const { total } = await bench.sandbox.counts();
  play.nameAll(style, 'named');
  await play.runAndCheck();
  if (play.isInStep) {
    bench.count('prefill of what is in step');
    strictEqual((await bench.sandbox.counts()).total, total, 'OX was asked about what is unchanged');
  }
}

class Messages implements Source {
  readonly #bench: Bench;
  readonly #service: ProvisioningSandbox;
  readonly #play: Pick<Play, 'directory' | 'place'>;
  /** As it was told last, by its first id. */
  readonly #told = new Map<string, QueueFile>();
  #resyncs = false;

  constructor(bench: Bench, service: ProvisioningSandbox, play: Pick<Play, 'directory' | 'place'>) {
    this.#bench = bench;
    this.#service = service;
    this.#play = play;
  }

  put(files: readonly QueueFile[], why: 'news' | 'named' | 'resync'): void {
    this.#resyncs ||= why === 'resync';
    for (const file of files) {
      const first = this.#directory.firstId(file.id);
      const before = this.#told.get(first) ?? null;
      const hasOtherId = before !== null && before.id !== file.id && file.object !== null;
      if (why !== 'news' || hasOtherId) {
        this.#service.publish(prefilled(file, { entryUUID: first }));
      } else {
        this.#tell(before && { ...before, id: file.id }, file);
      }
      if (file.object !== null) {
        this.#told.set(first, file);
      }
    }
  }

  async bring(environment: Readonly<Record<string, string>>): Promise<void> {
    const { size } = this.#service.subscription(NAME);
    if (size === 0) {
      return;
    }
    const access = {
      PROVISIONING_API_BASE_URL: this.#service.url,
      PROVISIONING_API_USERNAME: NAME,
      PROVISIONING_API_PASSWORD: PASSWORD,
    };
    const words = ['fetch', '--limit', String(size), ...(this.#resyncs ? ['--resync'] : [])];
    this.#resyncs = false;
    const { code, log } = await this.#bench.jobs.run({ ...environment, ...access }, words);
    strictEqual(code, 0, `fetch ended with ${code}:\n${tail(log)}`);
    strictEqual(this.#play.place.waiting().length, size, 'not every message has become a file');
  }

  get #directory(): Directory {
    return this.#play.directory;
  }

  #tell(before: QueueFile | null, file: QueueFile): void {
    const isTwice = file.id.endsWith('3');
    for (const _ of isTwice ? [1, 2] : [1]) {
      // The DN of a deletion is the one that the object has at the end.
      this.#service.publish(live(before && file.object === null ? { ...before, dn: file.dn } : before, file));
    }
  }
}
