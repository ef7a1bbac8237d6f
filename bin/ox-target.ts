/** OX as the target of a run, or of one that changes nothing (`plan`): the same but for what is given in place of the real. */
import { survivorsOf } from '../lib/memory/last-state.ts';
import type { Memory } from '../lib/memory/memory.ts';
import { lookUpAgain } from '../lib/ox/look-up-again.ts';
import { forgetWithin } from '../lib/ox/target/forget-context.ts';
import { forgetAccess, rememberPlace } from '../lib/ox/target/notes.ts';
import { createOxTarget } from '../lib/ox/target/target.ts';
import { propertiesInLogin } from '../lib/ox/types/login-template.ts';
import type { RegistryDeps } from '../lib/ox/types/registry.ts';
import type { Settings } from '../lib/settings/settings.ts';
import type { Target } from '../lib/target/target.ts';
import { objectMistakes } from '../lib/validate/objects.ts';
import { identifiersOf } from './identifiers.ts';
import type { Parts } from './parts.ts';
import type { Hooks } from './run-to-end.ts';

interface Wish extends Pick<Hooks, 'log' | 'isStopped'> {
  readonly settings: Settings;
  readonly parts: Pick<Parts, 'ox' | 'credentials' | 'lastStates' | 'inbox' | 'registry'>;
  readonly memory: Memory;
  /** For those who only look. */
  readonly others?: Partial<RegistryDeps>;
}

export function openOxTarget({ settings, parts, memory, log, isStopped, others = {} }: Wish): Target {
  const { ox, credentials, lastStates, inbox } = parts;
  const identifiers = identifiersOf(settings);
  const lookedUp = new Set<number>();
  const cache = {
    lastStates: survivorsOf(lastStates).lastStates,
    memory,
    users: ox.users,
    hasCredentials: () => true,
    identifier: settings.userIdentifier,
    progress: () => undefined,
    warn: (reason: string) => log.warning('not as wished', { reason }),
    isStopped,
    dryRun: false,
  };
  return createOxTarget({
    registry: parts.registry(memory, {
      rememberPlace: (id, place) => rememberPlace(id, place, memory),
      forgetAccess: (id) => forgetAccess(id, memory),
      forgetWithin: (context) => forgetWithin(context, { memory, identifiers, log }),
      areIdsSure: (context) => lookedUp.has(context),
      ...others,
    }),
    memory,
    identifiers,
    inLogin: propertiesInLogin(settings.functionalAccountLogin),
    checkObject: objectMistakes,
    hasCredentials: (context) => credentials.find(context) !== null,
    existsInOx: (context) => ox.contexts.exists(context),
    lookUpIds: (...which) => lookUpAgain(cache, ...which),
    lookedUp,
    pathOf: inbox.path,
    log,
  });
}
