/**
 * What each verb reads, changes and needs, and what it answers: for the manual (docs/verbs.md) and the man page. The tests hold
 * it against what the verbs do.
 */

import settingsSchema from '../schemas/settings.schema.json' with { type: 'json' };

export interface VerbFacts {
  readonly reads: string;
  /** Without: nothing, wherever. */
  readonly changes?: string;
  /** Which lock is taken: who else has it is answered with exit code 75. */
  readonly lock?: 'run' | 'fetch' | 'fetch and run';
  /** What is asked of OX, or of another server. */
  readonly server?: string;
  /** Beside those of all: 64 command line, 74 data or output, 78 settings. */
  readonly answers: string;
}

/** By the words of the verb; empty: the main job. */
export const VERB_FACTS: Readonly<Record<string, VerbFacts>> = {
  '': {
    reads: 'the queue, last states, credentials, access profiles, the attribute mapping',
    changes: 'OX; the queue, last states, credentials of contexts it creates, access profiles',
    lock: 'run',
    server: 'OX: reads and changes',
    answers: 'the log; 0 done, 65, 69, 75, 76, 77, 130, 143',
  },
  status: {
    reads: 'the queue, what is parked, the records of the runs',
    answers:
      '0 ok, 1 warning, 2 critical, 3 it cannot be said; nothing else, whatever is wrong. `--output` and `--html` write a file',
  },
  'queue list': {
    reads: 'the queue, what is parked or dropped, last states of contexts, the record of the runs',
    answers: '0, whatever waits',
  },
  'queue show': {
    reads: 'the file and the last state of its object',
    answers: '0; 65 no such file',
  },
  'queue drop': {
    reads: 'the files, and the last states of their objects',
    changes: 'moves files to `dropped/`; notes in the queue that a DN was given up',
    answers:
      '0; 65 one of the files is not there, nothing was done; 64 `--all` was not confirmed; 130, 143: some were moved, the rest stays',
  },
  'queue retry': {
    reads: 'what is parked',
    changes: 'moves files from `parked/` to the queue',
    answers: '0; 65 one of the files is not there, nothing was done; 130, 143: some were moved, the rest stays',
  },
  'queue undrop': {
    reads: 'what was dropped, and the last states of its objects',
    changes: 'moves files from `dropped/` to the queue',
    answers:
      '0; 65 one of the files is not there, nothing was done; 64 the object changed since, and nobody confirmed; 130, 143: some were moved, the rest stays',
  },
  plan: {
    reads: 'what the main job reads',
    server: 'OX: reads',
    answers: '0; else what the run would answer, after all that it would do before that',
  },
  check: {
    reads: 'all of DATA',
    changes: '`--fix`: puts objects into the queue; else nothing',
    server: 'OX: reads',
    answers: '0 no problems, 1 problems or differences; 69, 77, 78 why it could not look',
  },
  support: {
    reads: 'all of DATA, the log',
    server: 'OX: reads; not with `--no-check`',
    answers: '0 an archive was written, whatever is wrong; it never holds what is about people',
  },
  reprovision: {
    reads: 'last states',
    changes: 'puts objects into the queue',
    answers:
      '0; 65 not known, nothing was done; 64 more than one, and nobody confirmed; 74 a last state is damaged, the others are done; 130, 143: some were put there',
  },
  'credentials list': {
    reads: 'credentials, the record of the runs',
    answers: '0',
  },
  'credentials set': {
    reads: 'standard input or a file, credentials',
    changes: 'one entry of the credentials',
    lock: 'run',
    server: 'OX: reads',
    answers: '0 entered; 77, 69 OX does not accept it, or cannot be asked: nothing was written',
  },
  'credentials verify': {
    reads: 'credentials',
    server: 'OX: reads',
    answers: '0 all are accepted; 77, 69 one is not, or OX cannot be asked',
  },
  'mapping dump': {
    reads: 'the attribute mapping',
    answers: '0',
  },
  'mapping modify': {
    reads: 'the attribute mapping',
    changes: 'the attribute mapping; not with `--dry-run`',
    answers: '0; 78 it would be broken, nothing was written',
  },
  'mapping restore-default': {
    reads: 'the attribute mapping',
    changes: 'puts the attribute mapping aside',
    answers: '0; 64 nobody confirmed',
  },
  cache: {
    reads: 'last states, credentials',
    changes: 'ids in last states; not with `--dry-run`',
    lock: 'run',
    server: 'OX: reads; not with `--delete`',
    answers: '0; 69, 77, 130, 143: a repetition goes on from there; 74 a last state is damaged, the others are done',
  },
  fetch: {
    reads: 'its record',
    changes: 'the queue, its record; acknowledges the messages',
    lock: 'fetch',
    server: 'the Provisioning API',
    answers: '0; 69, 75, 77, 130, 143',
  },
  follow: {
    reads: 'what `fetch` and the main job read',
    changes: 'what `fetch` and the main job change',
    lock: 'fetch and run',
    server: 'the Provisioning API; OX: reads and changes',
    answers: '130, 143 when a signal ends it',
  },
  subscribe: {
    reads: 'nothing',
    changes: 'the subscription',
    server: 'the Provisioning API',
    answers: '0; 76 there is one that is not as ours; 64 `--recreate` was not confirmed; 69, 77',
  },
  sync: {
    reads: '`tmail.json`, its memory',
    changes: 'the TMail or James server; its memory. Nothing with `--dry-run`',
    lock: 'run',
    server: 'LDAP: reads; TMail or James: reads and changes',
    answers: '0 in step; 65 too much would be removed; 69, 75, 76, 77, 78, 130, 143',
  },
  'sync import': {
    reads: 'the directories of LSC that are named',
    changes: 'writes `tmail.json` and its secrets, over nothing that is there',
    lock: 'run',
    answers: '0; 78 it cannot be used, or there is one already',
  },
  adopt: {
    reads: 'the memory of `sync`',
    changes: 'the memory of `sync`',
    lock: 'run',
    answers: '0; 65 nobody is known to have left mail there',
  },
  completion: { reads: 'nothing', answers: '0' },
  'man-page': { reads: 'nothing', answers: '0' },
  help: { reads: 'nothing', answers: '0' },
};

/** For the man page: what it is for, and the words. */
export const EXAMPLES: readonly (readonly [string, string])[] = [
  ['Is it healthy, and what waits?', 'listener_trigger status; listener_trigger queue list'],
  [
    'What is wrong with one file, and what would the server be sent?',
    'listener_trigger queue show FILE; listener_trigger plan FILE',
  ],
  [
    'Set a change aside that can never succeed, and take it back:',
    'listener_trigger queue drop FILE --reason "renames are not allowed"; listener_trigger queue undrop FILE',
  ],
  [
    'Put all parked users back into the queue, then apply them:',
    'listener_trigger queue retry --all --type users/user; listener_trigger',
  ],
  [
    'Enter the admin of a context, with the password from a file:',
    'listener_trigger credentials set 30 --user oxadmin-context30 --password-file FILE',
  ],
  ['Compare with OX, repair what differs:', 'listener_trigger check --fix; listener_trigger'],
  ['Provision one user again:', 'listener_trigger reprovision anna; listener_trigger'],
  [
    'After OX was restored from a backup:',
    'listener_trigger cache --delete; listener_trigger cache --build-cache; listener_trigger reprovision --all --yes; listener_trigger',
  ],
];

/** Below the data directory, and what it is. */
export const FILES: readonly (readonly [string, string])[] = [
  ['listener/*.json', 'The queue: one file for each change, applied in the order of their names.'],
  ['listener/parked/, listener/dropped/', 'Files that a run, or queue drop, has set aside, each with its reason.'],
  ['listener/old/*.json', 'The last state of each object, with what was learnt from OX. Worth a backup.'],
  ['secrets/contexts.json', "The logins of OX's admins. Back it up: its passwords exist nowhere else."],
  ['ModuleAccessDefinitions.properties', 'The access profiles.'],
  ['AttributeMapping.json', 'Which OX field comes from which UDM property, where it is not the default.'],
  ['conf/ca-certificates/*.crt', 'More CA certificates, in PEM form.'],
];

/** Code, or codes, and meaning. */
export const EXIT_CODE_MEANINGS: readonly (readonly [string, string])[] = [
  ['0', 'done, or nothing to do'],
  ['64', 'mistake in the command line, or not confirmed'],
  ['65', 'a file or a value is invalid, or what was named is not there; TMail: too much would be removed'],
  ['69', 'OX (or the Provisioning API, TMail, LDAP) cannot be reached, or does not answer as it should'],
  ['70', 'internal error'],
  ['74', 'the data directory, or the output, cannot be read or written'],
  ['75', 'another run, or another fetch, is going on; or a prefill is'],
  ['76', 'a change was refused, by OX, TMail or the connector; subscribe: there is another subscription'],
  ['77', 'OX (or the Provisioning API, TMail, LDAP) refused the credentials'],
  ['78', 'settings, credentials file, attribute mapping or tmail.json are wrong'],
  ['130, 143', 'stopped by SIGINT or SIGTERM'],
];

export const SETTINGS = Object.entries(settingsSchema.properties).map(([name, setting]) => ({
  name,
  initial: String(setting.default),
  title: setting.title,
}));
