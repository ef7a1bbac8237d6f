/** Puts the parts of the connector together: the files of DATA, OX, and what provisions. Nothing is touched by that. */
import { join } from 'node:path';
import { type LastStateFiles, openLastStates } from '../lib/memory/last-state.ts';
import type { KnownObjectsReader } from '../lib/model/known.ts';
import { randomPassword } from '../lib/model/random-password.ts';
import { type AccessProfiles, openAccessProfiles } from '../lib/ox/access-profiles.ts';
import { openContextDeletions } from '../lib/ox/credentials/context-deletions.ts';
import { type Credentials, openCredentials } from '../lib/ox/credentials/credentials.ts';
import { type Mapping, readMapping, unclearableNote } from '../lib/ox/mapping/mapping.ts';
import { createOx, type Ox } from '../lib/ox/services/ox.ts';
import { type ClientSettings, createClient, type OxClient } from '../lib/ox/soap/client.ts';
import { openOffers } from '../lib/ox/soap/description.ts';
import { patientClient } from '../lib/ox/soap/patience.ts';
import type { Pause } from '../lib/ox/soap/pause.ts';
import { lookingAgain } from '../lib/ox/types/look-again.ts';
import { createRegistry, type Registry, type RegistryDeps } from '../lib/ox/types/registry.ts';
import { type Inbox, openInbox } from '../lib/queue/inbox.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { envelopeMistakes } from '../lib/validate/envelope.ts';
import { credentialsMistakes, mappingMistakes } from '../lib/validate/files.ts';
import { certificatesOf } from './certificates.ts';

export interface Parts {
  readonly inbox: Inbox;
  readonly lastStates: LastStateFiles;
  readonly credentials: Credentials;
  readonly profiles: AccessProfiles;
  readonly client: OxClient;
  readonly ox: Ox;
  /** `others`: in place of what fits who only looks. */
  registry(known: KnownObjectsReader, others?: Partial<RegistryDeps>): Registry;
}

export interface Circumstances {
  /** Told what of the attribute mapping cannot be done, when users need it. */
  readonly note: (reason: string) => void;
  readonly pause: Pause;
  /** Told of every call to OX. */
  readonly onExchange: ClientSettings['onExchange'];
  /** OX may still be at something that the last run asked of it. */
  readonly doubtfulFor: number | null;
}

/** Of those that only look. */
const AT_REST: Circumstances = {
  note: () => undefined,
  pause: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
  onExchange: undefined,
  doubtfulFor: null,
};

/** `directory` is the queue's. */
export function openParts(settings: Settings, directory: string, circumstances: Partial<Circumstances> = {}): Parts {
  const { note, pause, onExchange, doubtfulFor } = { ...AT_REST, ...circumstances };
  const credentials = openCredentials({
    file: settings.credentialsFile,
    master: { adminuser: settings.masterAdmin, adminpass: settings.masterPassword },
    check: credentialsMistakes,
  });
  const certificates = certificatesOf(settings);
  const plainClient = createClient({
    soapServer: settings.soapServer,
    timeout: settings.timeout,
    secrets: () => credentials.passwords(),
    connections: settings.concurrency,
    readCertificates: certificates,
    onExchange,
  });
  const client = patientClient(plainClient, pause);
  const ox = createOx(client, credentials, openOffers({ ...settings, readCertificates: certificates }));
  const deletions = openContextDeletions(directory);
  const lookAgain = lookingAgain(doubtfulFor, pause);
  const profiles = openAccessProfiles(join(settings.dataDirectory, 'ModuleAccessDefinitions.properties'));
  const mapping = (): Mapping => {
    const read = readMapping(join(settings.dataDirectory, 'AttributeMapping.json'), mappingMistakes);
    const unclearable = unclearableNote(read);
    if (unclearable !== null) {
      note(unclearable);
    }
    return read;
  };
  return {
    inbox: openInbox(directory, envelopeMistakes),
    lastStates: openLastStates(directory, envelopeMistakes),
    credentials,
    profiles,
    client,
    ox,
    registry: (known, others) =>
      createRegistry({
        settings,
        ox,
        credentials,
        profiles,
        known,
        readMapping: mapping,
        randomPassword,
        rememberPlace: () => undefined,
        forgetAccess: () => undefined,
        forgetWithin: () => undefined,
        areIdsSure: () => true,
        deletions,
        lookAgain,
        pause,
        ...others,
      }),
  };
}
