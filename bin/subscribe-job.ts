/** What `subscribe` does: makes our subscription, with our topics in our order and a prefill. */
import { ConnectorError } from '../lib/errors/connector-error.ts';
import { OBJECT_TYPES } from '../lib/model/change.ts';
import { type AdminSettings, readAdmin } from '../lib/source/provisioning/access.ts';
import type { ProvisioningClient, Subscription, Topic } from '../lib/source/provisioning/client.ts';
import { confirm } from './confirmation.ts';
import type { Frame } from './frame.ts';
import { openClient } from './provisioning.ts';

export interface SubscribeJob {
  readonly admin: AdminSettings;
  readonly recreate: boolean;
  /** Not to be asked. */
  readonly yes: boolean;
}

/** What is referred to comes first, as in the queue. */
const TOPICS: readonly Topic[] = OBJECT_TYPES.map((topic) => ({ realm: 'udm', topic }));

/** Answers the exit code. */
export async function subscribe(frame: Frame, job: SubscribeJob): Promise<number> {
  const { log } = frame;
  const admin = readAdmin(job.admin);
  const client = openClient(frame);
  try {
    if (job.recreate) {
      await confirm(QUESTION, job.yes);
      const wasThere = await client.remove(admin);
      log.outcome(wasThere ? 'the subscription was deleted' : 'there was no subscription');
    }
    const made = await client.create(admin, TOPICS);
    if (made === null) {
      const what = await differences(client);
      throw new ConnectorError(
        'SUBSCRIPTION_DIFFERS',
        `there is a subscription of this name, and it is not as ours: ${what}`,
        {
          remedy:
            'fetch and follow work with it as long as the topics hold what is needed: nothing has to be done then. Otherwise call ' +
            'listener_trigger subscribe --recreate; what waits in the subscription is lost by that, deletions too.',
        },
      );
    }
    log.outcome(made ? 'the subscription was made, its prefill begins' : 'the subscription is there as it should be');
    return 0;
  } finally {
    client.close();
  }
}

const QUESTION =
  'The subscription is deleted and made anew. What waits in it is lost, deletions too: objects that were deleted meanwhile stay in the ' +
  'target, and status names them after the prefill. Go on?';

/** The service does not say in what. */
async function differences(client: ProvisioningClient): Promise<string> {
  let there: Subscription;
  try {
    there = await client.subscription();
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'PROVISIONING_CREDENTIALS') {
      return 'its password is another one';
    }
    throw error;
  }
  const [have = [], want = []] = [there.realms_topics, TOPICS].map((topics) =>
    topics.map(({ realm, topic }) => `${realm}:${topic}`),
  );
  const isSame = String(have.toSorted()) === String(want.toSorted());
  const found = `its topics are ${isSame ? `in another order (${have.join(', ')})` : have.join(', ')}`;
  return [
    ...(String(have) === String(want) ? [] : [found]),
    ...(there.request_prefill ? [] : ['it was made without a prefill']),
  ].join('; ');
}
