/** A queue of UDM users with a TMail server as its target, worked off in this process as the main job does. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifiersOf } from '../../../bin/identifiers.ts';
import type { Logger } from '../../../lib/logger/logger.ts';
import { openLastStates } from '../../../lib/memory/last-state.ts';
import { openMemoryForLooking, openMemory as openStates } from '../../../lib/memory/memory.ts';
import { randomPassword } from '../../../lib/model/random-password.ts';
import { dryLastStates } from '../../../lib/plan/dry-last-states.ts';
import { dryInbox, dryParking } from '../../../lib/plan/dry-run.ts';
import { openInbox } from '../../../lib/queue/inbox.ts';
import { openParking, type ParkedFiles } from '../../../lib/queue/parking.ts';
import { Drain } from '../../../lib/run/drain.ts';
import { reportTo } from '../../../lib/run/log-report.ts';
import type { ItemReport } from '../../../lib/run/report.ts';
import { readSettings } from '../../../lib/settings/settings.ts';
import { createTmailClient } from '../../../lib/tmail/client.ts';
import { createDryServer } from '../../../lib/tmail/dry-server.ts';
import { openMemory } from '../../../lib/tmail/memory.ts';
import { tmailTarget } from '../../../lib/tmail/target.ts';
import { recallAll } from '../../../lib/tmail/types/recall.ts';
import { createRemovals } from '../../../lib/tmail/types/removals.ts';
import { createServer } from '../../../lib/tmail/web-admin/server.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { type PersonEntry, World } from './world.ts';

const SILENT: Logger = {
  debug: () => undefined,
  outcome: () => undefined,
  info: () => undefined,
  warning: () => undefined,
  error: () => undefined,
};
const MEBIBYTE = 1_048_576;

interface UserFile {
  readonly id: string;
  readonly udm_object_type: 'users/user';
  readonly dn: string;
  readonly object: Readonly<Record<string, unknown>> | null;
  readonly options: readonly [];
}

/** Its `people` are what was written into the queue last; `quota` is in MB. */
export class QueueWorld extends World {
  /** What the last run said that it did. */
  readonly told: string[] = [];
  readonly reports: ItemReport[] = [];
  #dropped = 0;

  get queue(): string {
    return join(this.data, 'listener');
  }

  override async open(): Promise<this> {
    mkdirSync(this.queue);
    return super.open();
  }

  override put(uid: string, entry: PersonEntry = {}): void {
    super.put(uid, entry);
    this.#write(this.#fileOf(uid, entry));
  }

  /** As a last state, without a run. */
  remember(uid: string, entry: PersonEntry = {}): void {
    const file = this.#fileOf(uid, entry);
    mkdirSync(join(this.queue, 'old'), { recursive: true });
    writeFileSync(join(this.queue, 'old', `${file.id}.json`), JSON.stringify(file));
  }
  override drop(uid: string): void {
    const { id = uid } = this.people.get(uid) ?? {};
    super.drop(uid);
    this.#write(this.#fileWith(uid, id, null));
  }

  /** Stable, and another one in each domain. */
  override idOf(name: string): string {
    const hex = createHash('md5').update(`${this.domain}${name}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  waiting(): string[] {
    return readdirSync(this.queue).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  }

  parking(): ParkedFiles {
    return openParking(openInbox(this.queue, envelopeMistakes));
  }

  /** Throws what stopped the run. `stopOnError` false: what is refused is parked. `dry`: only a look, as `plan` takes it. */
  async drain({ stopOnError = true, concurrency = 1, dry = false } = {}): Promise<void> {
    this.told.length = 0;
    this.reports.length = 0;
    const configuration = this.configuration();
    const settings = readSettings({ OX_CONNECTOR_DATA_DIR: this.data, OX_CONNECTOR_TARGET: 'tmail' });
    const real = {
      inbox: openInbox(this.queue, envelopeMistakes),
      lastStates: openLastStates(this.queue, envelopeMistakes),
    };
    const queue = dryInbox(real.inbox);
    const inbox = dry ? queue : real.inbox;
    const lastStates = dry ? dryLastStates(real.lastStates, queue) : real.lastStates;
    const client = createTmailClient({
      ...configuration.server,
      connections: 4,
      readCertificates: () => '',
      pauseMilliseconds: 1,
    });
    const server = dry ? createDryServer(createServer(client)) : createServer(client);
    const memory = openMemory(this.data, { mayWrite: !dry });
    const identifiers = identifiersOf(settings);
    const states = dry
      ? openMemoryForLooking(lastStates, identifiers)
      : openStates(this.queue, lastStates, identifiers);
    try {
      const removals = createRemovals({ configuration, server, memory });
      recallAll(lastStates, { memory, configuration });
      await removals.checkWaiting(inbox, lastStates);
      const drain = new Drain({
        log: SILENT,
        report: (each) => {
          this.reports.push(each);
          reportTo({
            ...SILENT,
            info: (event, { dn = '', action = '' } = {}) => void this.told.push(`${event} ${dn}: ${action}`),
          })(each);
        },
        announce: () => undefined,
        isStopped: () => false,
        inbox,
        memory: states,
        target: tmailTarget({ configuration, server, memory, randomPassword, beforeRemoval: removals.check }),
        concurrency,
        parking: dry ? dryParking(inbox, openParking(inbox)) : openParking(inbox),
        stopOnError,
      });
      await drain.run().finally(removals.end);
    } finally {
      client.close();
      memory.close();
      states.close();
    }
  }

  #fileOf(uid: string, entry: PersonEntry): UserFile {
    const { id = uid, mail = uid, alias = [], forward = [], quota, first, last = 'Test' } = entry;
    const [address = null] = [mail].flat();
    return this.#fileWith(uid, id, {
      username: uid,
      ...(address === null ? {} : { mailPrimaryAddress: this.at(address) }),
      mailAlternativeAddress: alias.map((each) => this.at(each)),
      mailForwardAddress: forward.map((each) => this.at(each)),
      ...(quota === undefined ? {} : { mailUserQuota: quota }),
      ...(first === undefined ? {} : { firstname: first }),
      lastname: last,
    });
  }

  #fileWith(uid: string, id: string, object: Record<string, unknown> | null): UserFile {
    return { id: this.idOf(id), udm_object_type: 'users/user', dn: `uid=${uid},cn=users`, object, options: [] };
  }

  #write(file: UserFile): void {
    this.#dropped += 1;
    const name = `2026-11-20-08-00-00-${String(this.#dropped).padStart(6, '0')}.json`;
    writeFileSync(join(this.queue, name), JSON.stringify(file));
  }
}

/** As the server has it. */
export function bytesOf(megabytes: string): string {
  return String(Number(megabytes) * MEBIBYTE);
}
