/** What `check` finds where the target is a TMail or James server. */
import type { Finding } from '../lib/check/finding.ts';
import { openLastStates } from '../lib/memory/last-state.ts';
import { randomPassword } from '../lib/model/random-password.ts';
import type { Environment } from '../lib/settings/settings.ts';
import { readEntries } from '../lib/source/ldap/entries.ts';
import { checkDirectory, checkLastStates } from '../lib/tmail/check.ts';
import type { TmailConfiguration } from '../lib/tmail/configuration.ts';
import { attributeNames } from '../lib/tmail/person.ts';
import { recallAll } from '../lib/tmail/types/recall.ts';
import { envelopeMistakes } from '../lib/validate/envelope.ts';
import { certificatesOf } from './certificates.ts';
import type { Frame } from './frame.ts';
import { openPartsOf, openTmailParts, type TmailParts } from './tmail-parts.ts';

/** As DATA/tmail.json says: of the directory where one is configured, else of what the queue applied last. */
export function tmailFindings(frame: Frame, environment: Environment): AsyncGenerator<Finding> {
  return look(openTmailParts(frame.settings, { environment, log: frame.log, dryRun: true }), frame);
}

/** The same of other configurations. */
export async function* findingsWith(
  configurations: readonly TmailConfiguration[],
  frame: Frame,
): AsyncGenerator<Finding> {
  for (const configuration of configurations) {
    yield* look(openPartsOf(configuration, frame.settings, { log: frame.log, dryRun: true }), frame);
  }
}

async function* look(parts: TmailParts, { settings, directory, progress }: Frame): AsyncGenerator<Finding> {
  const { ldap } = parts.configuration;
  try {
    if (ldap === null) {
      const lastStates = openLastStates(directory, envelopeMistakes);
      recallAll(lastStates, parts);
      yield* checkLastStates(lastStates, {
        ...parts,
        randomPassword,
        beforeRemoval: async () => undefined,
      });
      return;
    }
    const source = { ...ldap, readCertificates: certificatesOf(settings) };
    yield* checkDirectory({
      ...parts,
      entries: () => readEntries(source, attributeNames(ldap.attributes)),
      progress: progress.show,
      isStopped: () => false,
    });
  } finally {
    parts.close();
  }
}
