/** A provisioned site that `check` looks at: what it says of what is planted there. */
import { join } from 'node:path';
import { openParts } from '../../bin/parts.ts';
import type { Finding } from '../../lib/check/finding.ts';
import { openMemoryForLooking } from '../../lib/memory/memory.ts';
import { check } from '../../lib/ox/check/check.ts';
import { DEFAULT_MAPPING } from '../../lib/ox/mapping/mapping.ts';
import { readSettings } from '../../lib/settings/settings.ts';
import { objectMistakes } from '../../lib/validate/objects.ts';
import { aContext, aGroup, anAccount, aProfile, aResource, aUser, type QueueFile } from './objects.ts';
import { JPEG } from './picture.ts';
import { type Site, useSite } from './site.ts';

interface LookOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly withAccess?: boolean;
  readonly withInfo?: boolean;
}

type Plant = () => Promise<unknown> | unknown;
/** What is planted, what of it is found, in short, and what is said of it. */
export type Planted = readonly [what: string, plant: Plant, found: readonly string[], said: RegExp];

export interface CheckedSite {
  readonly site: Site;
  /** All findings; those of severity `info` are no problems and left out unless they are asked for. */
  look(options?: LookOptions): Promise<Finding[]>;
  /** Writes a last state with these properties beside those that it has. */
  remember(file: QueueFile, properties: Record<string, unknown>): void;
  /** Expects just that. OLD and DATA stand for the directories. */
  finds(plant: Plant, expected: readonly string[], said: RegExp): Promise<void>;
}

export const brief = (findings: readonly Finding[]): string[] =>
  findings.map(({ kind, context, object }) => [kind, context, object].filter((each) => each !== undefined).join(' '));

/** A value for every property that the default mapping knows. */
const EVERYTHING: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    Object.values(DEFAULT_MAPPING).map(({ ldap_attribute: name }) => [name, `<${name}> ä & "ö" 😀`]),
  ),
  mailPrimaryAddress: 'Anna@Example.org',
  mailAlternativeAddress: ['b@example.org', 'A@example.org'],
  oxEmail2: 'second@example.org',
  oxEmail3: 'third@example.org',
  birthday: '1980-02-29',
  oxAnniversary: '01.12.2001',
  phone: ['1', '2'],
  homeTelephoneNumber: ['3', '4'],
  mailHomeServer: 'Imap.example.org',
  oxUserQuota: '-1',
  jpegPhoto: JPEG,
};

export const ANNA = aUser('anna', EVERYTHING);
export const BERT = aUser('bert', { oxNote: 'one\ntwo' });
export const CARL = aUser('carl', { oxContext: 20, oxAccess: '' });
export const SALES = aGroup('sales', ['anna', 'bert', 'carl']);
export const INFO = anAccount('info', ['anna', 'carl']);
export const BEAMER = aResource('beamer', { description: '' });
export const PREMIUM = aProfile('premium', ['webmail', 'calendar', 'contacts']);
export const CONTEXT_20 = aContext(20, { oxQuota: -1 });
const NOT_OX = aUser('dora', { isOxUser: false });

export function useCheckedSite(): CheckedSite {
  const site = useSite();
  beforeEach(async () => {
    await site.apply(ANNA, BERT, CARL, SALES, INFO, BEAMER, PREMIUM, CONTEXT_20, NOT_OX);
  });

  async function look({
    environment = {},
    withAccess = false,
    withInfo = false,
  }: LookOptions = {}): Promise<Finding[]> {
    const { place, ox } = site;
    const settings = readSettings(
      { OX_SOAP_SERVER: ox.url, OX_MASTER_PASSWORD: 'masterpw', ...environment },
      place.data,
    );
    const parts = openParts(settings, place.queue);
    const known = openMemoryForLooking(parts.lastStates);
    const findings: Finding[] = [];
    const deps = {
      ...parts,
      settings,
      known,
      lookAgain: () => openMemoryForLooking(parts.lastStates),
      mistakesIn: objectMistakes,
      withAccess,
      progress: () => undefined,
    };
    try {
      for await (const found of check(deps, () => '', new Date())) {
        findings.push(found);
      }
    } finally {
      parts.client.close();
      known.close();
    }
    return findings.filter(({ severity }) => withInfo || severity !== 'info');
  }

  return {
    site,
    look,
    remember: (file, properties) => site.remember(file, { ...site.place.lastState(file.id)?.object, ...properties }),
    async finds(plant, expected, said) {
      await plant();
      const { data, queue } = site.place;
      const paths = (text: string): string => text.replace('OLD', join(queue, 'old')).replace('DATA', data);

      const findings = await look();
      expect(brief(findings).sort()).toEqual(expected.map(paths).sort());
      expect(findings.map(({ message, remedy }) => `${message}: ${remedy}`).join('\n')).toMatch(said);
    },
  };
}
