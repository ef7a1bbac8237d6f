/** Runs the tasks of LSC's own configuration, or writes ours from it. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConnectorError } from '../lib/errors/connector-error.ts';
import { makeDirectoryDurably, writeDurably } from '../lib/files/durable.ts';
import type { Environment } from '../lib/settings/settings.ts';
import type { TmailConfiguration } from '../lib/tmail/configuration.ts';
import type { FacetName } from '../lib/tmail/facet-names.ts';
import {
  checkFacets,
  checkTaskNames,
  clearsFor,
  configurationOf,
  facetsMeant,
  groupTasks,
  type LscGroup,
  type LscSettings,
  mergeTasks,
} from '../lib/tmail/lsc/plan.ts';
import { readLsc } from '../lib/tmail/lsc/tasks.ts';
import type { Frame } from './frame.ts';
import { writingTo } from './output.ts';
import { recorded, type SyncOutcome } from './recorded-sync.ts';
import { type SyncJob, syncWith } from './sync-run.ts';

export interface TasksJob extends Omit<SyncJob, 'config' | 'clean'> {
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
  checkTaskNames(job.synchronize, tasks);
  checkTaskNames(job.cleanTasks, tasks);
  checkFacets(job.facets, tasks);
  const isMeant = (facet: FacetName): boolean => job.facets?.includes(facet) ?? true;
  const works = groupTasks(tasks, settingsOf(environment)).map((group) => ({
    group,
    facets: facetsMeant(job.synchronize, group.tasks, ({ sets }) => sets).filter(isMeant),
    clean: facetsMeant(job.cleanTasks, group.tasks, clearsFor).filter(isMeant),
  }));
  const outcomes: SyncOutcome[] = [];
  for (const { group, facets, clean } of works) {
    if (facets.length > 0 || clean.length > 0) {
      const configuration = configurationOf(group, frame.settings.dataDirectory);
      outcomes.push(await syncWith(frame, { ...job, config: path, facets, clean }, configuration, path));
    }
  }
  return {
    code: Math.max(0, ...outcomes.map(({ code }) => code)),
    summary: outcomes.map(({ summary }) => summary).join('; '),
  };
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
  const secrets = secretFiles(group, dataDirectory);
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
  for (const { path, secret } of secrets) {
    writeDurably(path, `${secret}\n`);
  }
  const { server, ldap, ...rest } = group.file;
  const [token, password] = ['tmail-token', 'tmail-ldap-password'].map((name) =>
    secrets.find((each) => each.path.endsWith(name)),
  );
  const file = {
    server: { ...server, ...(token ? { token_file: 'secrets/tmail-token' } : {}) },
    ldap: { ...ldap, ...(password ? { password_file: 'secrets/tmail-ldap-password' } : {}) },
    ...rest,
  };
  writingTo(target, () => writeDurably(target, `${JSON.stringify(file, null, 2)}\n`));
  frame.log.outcome('configuration written', { path: target, tasks: group.tasks.map(({ name }) => name).join(', ') });
  return 0;
}

function secretFiles({ token, password }: LscGroup, dataDirectory: string): { path: string; secret: string }[] {
  return [
    { path: join(dataDirectory, 'secrets', 'tmail-token'), secret: token },
    { path: join(dataDirectory, 'secrets', 'tmail-ldap-password'), secret: password },
  ].filter(({ secret }) => secret !== '');
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
