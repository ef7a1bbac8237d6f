/** Which version OX is of, what it offers, and how long its certificate is valid: as far as that can be found out. */

import { type Finding, finding } from '../../check/finding.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import { counted } from '../../errors/printable.ts';
import {
  type Description,
  fetchVersion,
  fetchWsdl,
  hasOperation,
  hasParameter,
  type ServerAddress,
} from '../soap/description.ts';

const NEEDED = [
  'OXContextService',
  'OXUserService',
  'OXGroupService',
  'OXResourceService',
  'OXSecondaryAccountService',
  'OXUserCopyService',
] as const;

/** Nothing but the version is asked of it. */
const UTIL = 'OXUtilService';

interface Feature {
  /** Of OX. */
  readonly since: string;
  readonly what: string;
  readonly service: (typeof NEEDED)[number] | typeof UTIL;
  readonly isIn: (wsdl: string) => boolean;
}

/** Newest first (docs/compatibility.md). */
const FEATURES: readonly Feature[] = [
  {
    since: '8.36.36',
    what: 'convertguest of new users',
    service: 'OXUserService',
    isIn: (wsdl) => hasParameter(wsdl, 'create', 'convertguest'),
  },
  { since: '8.35.276', what: 'getVersion', service: UTIL, isIn: (wsdl) => hasOperation(wsdl, 'getVersion') },
  {
    since: '8.10',
    what: 'permissions of resources',
    service: 'OXResourceService',
    isIn: (wsdl) => wsdl.includes('name="permissions"'),
  },
  { since: '7.10.6', what: 'functional accounts', service: 'OXSecondaryAccountService', isIn: () => true },
  {
    since: '7.10.4',
    what: 'gabMode of contexts',
    service: 'OXContextService',
    isIn: (wsdl) => wsdl.includes('name="gabMode"'),
  },
];

const DAY = 24 * 60 * 60 * 1000;
const SOON_DAYS = 30;

/** Asks OXUtilService.getVersion as the admin of this context; null: as the master admin. */
type AskVersion = (context: number | null) => Promise<string | null>;

/** A server that cannot be reached is told by the first call, with its reason: here it is no finding. */
export async function checkServices(
  address: ServerAddress,
  askVersion: AskVersion,
  admins: readonly (number | null)[],
  now: Date,
): Promise<Finding[]> {
  const described = new Map<string, Description>();
  for (const service of [...NEEDED, UTIL]) {
    const description = await fetchWsdl(address, service).catch(() => null);
    if (description === null) {
      return [];
    }
    described.set(service, description);
  }
  const told = await fetchVersion(address).catch(() => null);
  const util = described.get(UTIL);
  const canAsk = told === null && util?.status === 200 && hasOperation(util.text, 'getVersion');
  const version = canAsk ? await firstAnswer(askVersion, admins) : told;
  const [first] = described.values();
  return [...judgeServices(described, version), ...judgeCertificate(first?.certificateEnd ?? null, now)];
}

/** Which admin OX wants is not known: the next one where it refuses one. What else fails is told by the calls to come. */
async function firstAnswer(askVersion: AskVersion, admins: readonly (number | null)[]): Promise<string | null> {
  for (const admin of admins) {
    try {
      return await askVersion(admin);
    } catch (error) {
      if (!(error instanceof ConnectorError)) {
        throw error;
      }
    }
  }
  return null;
}

/** `version`: null: OX does not tell it. */
export function judgeServices(described: ReadonlyMap<string, Description>, version: string | null): Finding[] {
  const statusOf = (service: string): number => described.get(service)?.status ?? 0;
  const missing = NEEDED.filter((service) => statusOf(service) === 404);
  const hidden = NEEDED.filter((service) => ![200, 404].includes(statusOf(service)));
  return [
    ...missing.map((service) => finding('service-missing', `OX does not offer ${service}`, { object: service })),
    ...hidden.map((service) => {
      const message = `whether OX offers ${service} is not known: it answers with HTTP ${statusOf(service)} for its description`;
      return finding('service-unknown', message, { object: service });
    }),
    ...judgeFeatures(described, version),
  ];
}

function judgeFeatures(described: ReadonlyMap<string, Description>, version: string | null): Finding[] {
  const known = FEATURES.filter(({ service }) => [200, 404].includes(described.get(service)?.status ?? 0));
  const has = known.filter(({ service, isIn }) => {
    const description = described.get(service);
    return description?.status === 200 && isIn(description.text);
  });
  const newest = has[0];
  const guess = newest && `OX is of version ${newest.since} or newer: it has ${newest.what}`;
  const about = version === null ? guess : `OX is of version ${version}`;
  return [
    ...(about === undefined ? [] : [finding('version', about)]),
    ...known.map((feature) => {
      const verb = has.includes(feature) ? 'has' : 'does not have';
      return finding('feature', `OX ${verb} ${feature.what} (version ${feature.since} or newer)`);
    }),
  ];
}

export function judgeCertificate(end: Date | null, now: Date): Finding[] {
  if (end === null) {
    return [];
  }
  const days = Math.floor((end.getTime() - now.getTime()) / DAY);
  const kind = days < SOON_DAYS ? 'certificate-expires' : 'certificate';
  return [
    finding(
      kind,
      `the certificate of OX is valid for ${counted(days, 'more day')}, until ${end.toISOString().slice(0, 10)}`,
    ),
  ];
}
