/**
 * `npm run demo -- --provisioning-api`: a sandbox OX, a sandbox of the Provisioning Service, `subscribe`, and `follow` over a
 * prefill and the changes after it.
 */
import type { ChildProcess } from 'node:child_process';
import { OBJECT_TYPES } from '../../lib/model/change.ts';
import { eventually } from '../harness/eventually.ts';
import type { QueueFile } from '../harness/objects.ts';
import { makeWorkplace } from '../harness/workplace.ts';
import { startSandbox } from '../sandbox/client.ts';
import { live, prefilled } from '../sandbox/provisioning/objects.ts';
import type { Published } from '../sandbox/provisioning/queue.ts';
import { ProvisioningSandbox } from '../sandbox/provisioning/server.ts';
import { ADMIN } from '../sandbox/provisioning/service.ts';
import { DEMO_QUEUE } from './queue.ts';
import { print, printContexts } from './tables.ts';

const NAME = 'ox-connector';
const SECONDS = 30;

/** Answers the exit code. */
export async function showProvisioningApi(): Promise<number> {
  const sandbox = await startSandbox();
  const service = await new ProvisioningSandbox().start();
  const place = makeWorkplace(sandbox.url);
  const env = {
    PROVISIONING_API_BASE_URL: service.url,
    PROVISIONING_API_USERNAME: NAME,
    PROVISIONING_API_PASSWORD: 'demo',
    PROVISIONING_API_ADMIN_USERNAME: ADMIN.username,
    PROVISIONING_API_ADMIN_PASSWORD: ADMIN.password,
  };
  let follower: ChildProcess | undefined;
  try {
    const subscribed = await place.run({ args: ['subscribe'], env });
    print(`Log of listener_trigger subscribe (exit code ${subscribed.code})`, [[subscribed.stderr.trim()]]);

    const { prefill, changes } = messages();
    const subscription = service.subscription(NAME);
    const isApplied = (): boolean => subscription.size === 0 && place.waiting().length === 0;
    publish(service, prefill);
    subscription.setPrefill('done');
    const ended = place.run({
      args: ['follow'],
      env,
      onStart: (child) => {
        follower = child;
      },
    });
    await eventually(isApplied, SECONDS);
    publish(service, changes);
    await eventually(isApplied, SECONDS);
    print(`The messages, ${prefill.length} of the prefill and ${changes.length} live ones`, [
      ['number', 'publisher', 'topic', 'object'],
      ...[...prefill, ...changes].map((message, at) => [String(at + 1), ...told(message)]),
    ]);
    follower?.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;

    printContexts(await sandbox.canonicalState());
    print('ModuleAccessDefinitions.properties', [[place.profiles().trim()]]);
    const left = [...place.waiting(), ...place.parked()];
    print('Left in the queue', [[left.join(', ') || 'nothing']]);
    const { acknowledged, lost, size } = subscription;
    print('The subscription', [
      [
        `${acknowledged.length} messages acknowledged, ${size} left, ${lost.length} deleted without having been delivered`,
      ],
    ]);
    print(`Log of listener_trigger follow, ended by SIGTERM (exit code ${code})`, [[`${stdout}${stderr}`.trim()]]);
    const status = await place.run({ args: ['status'], env });
    print(`listener_trigger status (exit code ${status.code})`, [[status.stdout.trim()]]);
    const { total } = await sandbox.counts();
    const violations = await sandbox.violations();
    print('Calls', [[`${total} SOAP calls, ${violations.length} of them against the contract`]]);
    const isWell = code === 143 && subscribed.code === 0 && left.length + lost.length + violations.length === 0;
    return isWell ? 0 : 1;
  } finally {
    follower?.kill('SIGKILL');
    place.remove();
    await service.stop();
    await sandbox.stop();
  }
}

/** The queue's objects as a prefill reads them, what it refers to first, and what happens to them later as it happens. */
function messages(): { prefill: Published[]; changes: Published[] } {
  const known = new Map<string, QueueFile>();
  const changes: Published[] = [];
  for (const file of DEMO_QUEUE) {
    const before = known.get(file.id);
    if (before !== undefined) {
      changes.push(live(before, file));
    }
    known.set(file.id, file);
  }
  const first = new Map([...DEMO_QUEUE].reverse().map((file) => [file.id, file]));
  const prefill = OBJECT_TYPES.flatMap((type) =>
    [...first.values()].filter((file) => file.udm_object_type === type).map((file) => prefilled(file)),
  );
  return { prefill, changes };
}

function publish(service: ProvisioningSandbox, all: readonly Published[]): void {
  for (const message of all) {
    service.publish(message);
  }
}

function told({ publisher_name: publisher, topic, body }: Published): string[] {
  const { old, new: now } = body as { old: { dn?: string }; new: { dn?: string } };
  return [publisher, topic, now.dn ?? `${old.dn} (deleted)`];
}
