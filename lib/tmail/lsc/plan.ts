/** Tasks of LSC as configurations of ours: those that read the same entries for the same server belong together. */
import { ConnectorError } from '../../errors/connector-error.ts';
import {
  type AttributeName,
  completeConfiguration,
  configurationError,
  type TmailConfiguration,
  type TmailFile,
} from '../configuration.ts';
import type { FacetName } from '../facet-names.ts';
import type { LscTask } from './tasks.ts';

export interface LscGroup {
  readonly file: TmailFile;
  readonly token: string;
  readonly password: string;
  readonly tasks: readonly LscTask[];
}

export interface LscSettings {
  /** The plugin's DOMAIN_LIST_TO_SYNCHRONIZE: of contacts alone. */
  readonly domains: readonly string[];
  /** The plugin's -Dallow.synchronize.local.copy.forwards=true. */
  readonly localCopy: boolean;
}

export function groupTasks(tasks: readonly LscTask[], settings: LscSettings): LscGroup[] {
  const groups = Map.groupBy(tasks, (task) =>
    JSON.stringify([task.directory, task.server, task.attributes.address, isOfDomains(task, settings)]),
  );
  return [...groups.values()].map((members) => groupOf(members, settings));
}

function isOfDomains({ facet }: LscTask, { domains }: LscSettings): boolean {
  return facet === 'contact' && domains.length > 0;
}

function groupOf(tasks: readonly LscTask[], settings: LscSettings): LscGroup {
  const [first] = tasks as readonly [LscTask, ...LscTask[]];
  const { directory, server } = first;
  const attributes: Partial<Record<AttributeName, string>> = {};
  for (const task of tasks) {
    for (const [name, attribute] of Object.entries(task.attributes) as [AttributeName, string][]) {
      if (attributes[name] !== undefined && attributes[name] !== attribute) {
        throw configurationError(
          task.where,
          `task ${task.name}: ${name} is ${attribute} here and ${attributes[name]} in another task of the same entries`,
          'Take one attribute for both, or keep the tasks in directories of their own.',
        );
      }
      attributes[name] = attribute;
    }
  }
  return {
    file: {
      server: { url: server.url },
      ldap: {
        url: directory.url,
        ...(directory.startTls ? { start_tls: true } : {}),
        ...(directory.bindDn === null ? {} : { bind_dn: directory.bindDn }),
        base: directory.base,
        filter: directory.filter,
        page_size: directory.pageSize,
        attributes,
      },
      facets: facetsOf(tasks),
      ...(settings.localCopy ? { local_copy: true } : {}),
      ...(isOfDomains(first, settings) ? { domains: settings.domains } : {}),
    },
    token: server.token,
    password: directory.password,
    tasks,
  };
}

export function configurationOf({ file, token, password, tasks }: LscGroup, dataDirectory: string): TmailConfiguration {
  const configuration = completeConfiguration(file, tasks[0]?.where ?? '', dataDirectory, {
    ...(token === '' ? {} : { TMAIL_TOKEN: token }),
    TMAIL_LDAP_PASSWORD: password,
  });
  const keepFilter = tasks[0]?.directory.keepFilter;
  return { ...configuration, ldap: configuration.ldap && { ...configuration.ldap, keepFilter } };
}

/**
 * `wish`: `all`, or names joined by commas; null: none. A name that no task has is a mistake in the command line, not a run that
 * does nothing.
 */
export function tasksNamed(wish: string | null, tasks: readonly LscTask[]): readonly LscTask[] {
  const names = (wish ?? '').split(',').map((name) => name.trim());
  const unknown = names.filter((name) => name !== '' && name !== 'all' && !tasks.some((task) => task.name === name));
  if (unknown.length > 0) {
    throw new ConnectorError(
      'USAGE',
      `there is no task ${unknown.join(', ')}: the configuration has ${tasks.map(({ name }) => name).join(', ')}`,
      { remedy: 'Name tasks as the lsc.xml does, or all.' },
    );
  }
  return names.includes('all') ? tasks : tasks.filter(({ name }) => names.includes(name));
}

export function facetsOf(tasks: readonly LscTask[]): FacetName[] {
  return [...new Set(tasks.map(({ facet }) => facet))];
}

/** Throws where it clears, and it is not known whom. */
export function clearsFor({ clears, unclear }: LscTask): boolean {
  if (clears && unclear !== null) {
    throw unclear;
  }
  return clears;
}

/** A facet that no task has is such a mistake as well. */
export function checkFacets(wish: readonly FacetName[] | null, tasks: readonly LscTask[]): void {
  const unknown = wish?.filter((name) => !facetsOf(tasks).includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new ConnectorError('USAGE', `no task of the configuration is about ${unknown.join(', ')}`, {
      remedy: `Name some of ${facetsOf(tasks).join(', ')}.`,
    });
  }
}

/** One configuration for all that was read; throws where they do not fit into one. */
export function mergeTasks(tasks: readonly LscTask[], settings: LscSettings): LscGroup {
  const groups = groupTasks(tasks, settings);
  const [first, second] = groups;
  if (first === undefined || second !== undefined) {
    throw configurationError(
      second?.tasks[0]?.where ?? '',
      `its tasks read other entries, or write to another server, than those of ${first?.tasks[0]?.where ?? ''}`,
      'Import them one by one, with --data-dir or --output for each.',
    );
  }
  for (const task of tasks) {
    const { name, sets, directory, where } = task;
    const clears = clearsFor(task);
    if (clears && directory.keepFilter !== undefined) {
      throw configurationError(
        where,
        `task ${name} does not remove whom its <cleanFilter> finds, and that finds others than its <getAllFilter>, which a tmail.json cannot say`,
        'Let both find the same, or go on with its directory: listener_trigger sync --config DIRECTORY.',
      );
    }
    if (!sets) {
      throw configurationError(
        where,
        `task ${name} only removes, which a tmail.json cannot say`,
        'Leave its directory out.',
      );
    }
  }
  return first;
}
