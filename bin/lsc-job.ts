/** Runs the tasks of LSC's own configuration, or writes ours from it. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asConnectorError, ConnectorError, type ErrorCode } from '../lib/errors/connector-error.ts';
import { makeDirectoryDurably, readIfThere, writeDurably } from '../lib/files/durable.ts';
import type { Environment } from '../lib/settings/settings.ts';
import type { TmailConfiguration } from '../lib/tmail/configuration.ts';
import {
  checkFacets,
  clearsFor,
  configurationOf,
  facetsOf,
  groupTasks,
  type LscSettings,
  mergeTasks,
  tasksNamed,
} from '../lib/tmail/lsc/plan.ts';
import { type LscTask, readLsc } from '../lib/tmail/lsc/tasks.ts';
import type { Frame } from './frame.ts';
import { writingTo } from './output.ts';
import { recorded, type SyncOutcome } from './recorded-sync.ts';
import { reportFailure } from './report.ts';
import { type SyncJob, syncWith } from './sync-run.ts';

export interface TasksJob extends Omit<SyncJob, 'clean'> {
  /** `all`, or names joined by commas; null: none. */
  readonly synchronize: string | null;
  readonly cleanTasks: string | null;
}

/** One run for each group of tasks that read the same entries. Answers the gravest of the exit codes. */
export function runTasks(frame: Frame, path: string, job: TasksJob, environment: Environment): Promise<number> {
  return recorded(frame, path, job, () => runEach(frame, path, job, environment));
}

async function runEach(frame: Frame, path: string, job: TasksJob, environment: Environment): Promise<SyncOutcome> {
  const tasks = readLsc(path);
  const [setting, cleaning] = [job.synchronize, job.cleanTasks].map((wish) => tasksNamed(wish, tasks));
  checkFacets(job.facets, tasks);
  const isMeant = (task: LscTask): boolean => job.facets?.includes(task.facet) ?? true;
  const works = groupTasks(tasks, settingsOf(environment)).map((group) => {
    const meant = group.tasks.filter(isMeant);
    return {
      group,
      facets: facetsOf(meant.filter((task) => setting?.includes(task) && task.sets)),
      clean: facetsOf(meant.filter((task) => cleaning?.includes(task) && clearsFor(task))),
    };
  });
  const outcomes: SyncOutcome[] = [];
  for (const { group, facets, clean } of works) {
    if (facets.length > 0 || clean.length > 0) {
      const configuration = configurationOf(group, frame.settings.dataDirectory);
      const outcome = await outcomeOf(() => syncWith(frame, { ...job, facets, clean }, configuration, path), frame);
      outcomes.push(outcome);
      if (outcome.isStopped) {
        break;
      }
    }
  }
  return {
    code: Math.max(0, ...outcomes.map(({ code }) => code)),
    summary: outcomes.map(({ summary }) => summary).join('; '),
  };
}

/** What is wrong with the entries of some tasks is said, and does not hold up those that read others. */
const OF_ENTRIES: ReadonlySet<string> = new Set<ErrorCode>([
  'DIRECTORY_EMPTY',
  'TOO_MANY_DELETIONS',
  'LDAP_UNREACHABLE',
  'LDAP_CREDENTIALS',
]);

async function outcomeOf(act: () => Promise<SyncOutcome>, { log }: Frame): Promise<SyncOutcome> {
  try {
    return await act();
  } catch (error) {
    const { code, message } = asConnectorError(error);
    if (!OF_ENTRIES.has(code)) {
      throw error;
    }
    return { code: reportFailure(error, log, null), summary: message };
  }
}

/** One for each group of tasks. */
export function configurationsIn({ settings }: Frame, path: string, environment: Environment): TmailConfiguration[] {
  return groupTasks(readLsc(path), settingsOf(environment)).map((group) =>
    configurationOf(group, settings.dataDirectory),
  );
}

/** Never over a file that is there. */
export function importTasks(
  frame: Frame,
  directories: readonly string[],
  output: string | undefined,
  environment: Environment,
): number {
  const { dataDirectory } = frame.settings;
  const target = output ?? join(dataDirectory, 'tmail.json');
  const group = mergeTasks(directories.flatMap(readLsc), settingsOf(environment));
  const { server, ldap, ...rest } = group.file;
  const file = {
    server: { ...server, ...(group.token === '' ? {} : { token_file: 'secrets/tmail-token' }) },
    ldap: { ...ldap, ...(group.password === '' ? {} : { password_file: 'secrets/tmail-ldap-password' }) },
    ...rest,
  };
  const secrets = [
    { name: file.server.token_file, secret: group.token },
    { name: file.ldap.password_file, secret: group.password },
  ]
    .flatMap(({ name, secret }) =>
      name === undefined ? [] : [{ path: join(dataDirectory, name), text: `${secret}\n` }],
    )
    // What a power cut left of an earlier one is there.
    .filter(({ path, text }) => readIfThere(path)?.toString() !== text);
  const taken = [target, ...secrets.map(({ path }) => path)].filter((path) => existsSync(path));
  if (taken.length > 0) {
    throw new ConnectorError(
      'TMAIL_CONFIGURATION',
      `${taken.join(' and ')} ${taken.length === 1 ? 'is' : 'are'} there already: nothing was written`,
      { remedy: 'Move it away, or take another --output.' },
    );
  }
  // Before anything is there that a repetition would find.
  writingTo(target, () => accessSync(dirname(target), constants.W_OK));
  makeDirectoryDurably(join(dataDirectory, 'secrets'));
  for (const { path, text } of secrets) {
    writeDurably(path, text);
  }
  writingTo(target, () => writeDurably(target, `${JSON.stringify(file, null, 2)}\n`));
  frame.log.outcome('configuration written', { path: target, tasks: group.tasks.map(({ name }) => name).join(', ') });
  return 0;
}

/** What the plugin is told outside its file. */
function settingsOf(environment: Environment): LscSettings {
  const list = environment.DOMAIN_LIST_TO_SYNCHRONIZE ?? '';
  const options = `${environment.JAVA_OPTS ?? ''} ${environment.LSC_JAVA_OPTS ?? ''}`;
  return {
    domains: list
      .split(',')
      .map((domain) => domain.trim())
      .filter((domain) => domain !== ''),
    localCopy: /-Dallow\.synchronize\.local\.copy\.forwards=true\b/.test(options),
  };
}
