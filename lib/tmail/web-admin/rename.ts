/** The server's own task that renames an account. */
import { ConnectorError } from '../../errors/connector-error.ts';
import type { TmailClient } from '../client.ts';
import { once } from './paths.ts';

const TASK_SECONDS = 30;

export async function rename(client: TmailClient, from: string, to: string): Promise<void> {
  const object = `the rename of ${from} to ${to}`;
  const path = `/users/${once(from)}/rename/${once(to)}?action=rename`;
  const { taskId } = (await client.call({ method: 'POST', path, object })).json() as { taskId: string };
  for (;;) {
    const await_ = `/tasks/${once(taskId)}/await?timeout=${TASK_SECONDS}s`;
    const answer = await client.call({ method: 'GET', path: await_, object, expects: [408], waits: TASK_SECONDS });
    if (answer.status !== 408) {
      const { status, additionalInformation } = answer.json() as { status: string; additionalInformation?: unknown };
      if (status === 'completed') {
        return;
      }
      throw renameFailure(object, status, additionalInformation);
    }
  }
}

function renameFailure(object: string, status: string, details: unknown): ConnectorError {
  const words = JSON.stringify(details ?? {});
  const remedy = /"Forward\w*":"FAILED"/.test(words)
    ? 'A forward could not be moved: most likely mail goes on from there in a circle (listener_trigger check names it). Remove one of its forwards.'
    : "Look into the server's own log.";
  return new ConnectorError(
    'TMAIL_REFUSED',
    `the server could not carry out ${object}: its task is ${status} (${words})`,
    { fields: { object }, remedy: `${remedy} The next run tries it again.` },
  );
}
