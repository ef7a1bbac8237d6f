/** `fetch`, `follow` and `subscribe`: the Provisioning API of Nubus and UCS as the source of changes. */
import type { Command } from 'commander';
import { numberIn } from '../option-values.ts';
import { runVerb, type Terminal } from '../terminal.ts';

export function addFetchVerb(program: Command, terminal: Terminal): void {
  program
    .command('fetch')
    .summary('fetch changes from the Provisioning API into the queue')
    .description(
      'Fetches the messages of the Provisioning API (PROVISIONING_API_…) until there is nothing more. Each becomes a file of the queue, ' +
        'durably, before it is acknowledged. A prefill that is not done is waited for. Started again, it goes on.',
    )
    .option('--limit <number>', 'end after so many messages', numberIn(/^[1-9]\d{0,8}$/, 'expected a number from 1'))
    .option('--no-wait', 'end with exit code 75 where the prefill is not done')
    .option('--resync', 'provision also what the prefill brings unchanged')
    .action(async (options: { limit?: number; wait: boolean; resync?: boolean }, self: Command) => {
      const { limit = null, wait, resync = false } = options;
      await runVerb(terminal, self, { lock: 'fetch' }, async (frame) => {
        const { fetchAll } = await import('../fetch-job.ts');
        return fetchAll(frame, { limit, wait, resync });
      });
    });
}

export function addFollowVerb(program: Command, terminal: Terminal): void {
  program
    .command('follow')
    .summary('fetch changes from the Provisioning API and apply them, for good')
    .description(
      'Fetches the messages of the Provisioning API as they come, works the queue off as the main job does whenever nothing more comes, and ' +
        'goes on until a signal ends it. What fails is logged and tried again; fetching goes on meanwhile.',
    )
    .option('--resync', 'provision also what a prefill brings unchanged')
    .action(async ({ resync = false }: { resync?: boolean }, self: Command) => {
      await runVerb(terminal, self, { lock: 'fetch' }, async (frame) => {
        const { follow } = await import('../follow-job.ts');
        return follow(frame, terminal.environment, resync);
      });
    });
}

interface SubscribeOptions {
  readonly adminUsername?: string;
  readonly adminPasswordFile?: string;
  readonly recreate?: boolean;
  readonly yes?: boolean;
}

export function addSubscribeVerb(program: Command, terminal: Terminal): void {
  program
    .command('subscribe')
    .summary('make the subscription of the Provisioning API')
    .description(
      'Makes the subscription PROVISIONING_API_USERNAME with the password PROVISIONING_API_PASSWORD, with the types of the connector in their ' +
        "order and a prefill, and says what differs if there is one already. The service's administrator is given by options, or by " +
        'PROVISIONING_API_ADMIN_USERNAME and PROVISIONING_API_ADMIN_PASSWORD (or PROVISIONING_API_ADMIN_PASSWORD_FILE) in the environment.',
    )
    .option('--admin-username <name>', "the service's administrator (usually admin)")
    .option('--admin-password-file <file>', 'file that holds the password')
    .option('--recreate', 'delete the subscription first, with all that waits in it')
    .option('-y, --yes', 'do not ask before that')
    .action(async (options: SubscribeOptions, self: Command) => {
      const { environment } = terminal;
      const passwordFile = options.adminPasswordFile;
      const admin = {
        username: options.adminUsername ?? environment.PROVISIONING_API_ADMIN_USERNAME ?? '',
        password: {
          value: passwordFile === undefined ? (environment.PROVISIONING_API_ADMIN_PASSWORD ?? '') : '',
          file: passwordFile ?? environment.PROVISIONING_API_ADMIN_PASSWORD_FILE ?? '',
        },
      };
      await runVerb(terminal, self, { lock: false }, async (frame) => {
        const { subscribe } = await import('../subscribe-job.ts');
        return subscribe(frame, { admin, recreate: options.recreate === true, yes: options.yes === true });
      });
    });
}
