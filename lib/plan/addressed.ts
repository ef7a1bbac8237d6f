/** Which object a call to OX is about, as a plan remembers it, and how OX refuses a call about one. */
import { ConnectorError } from '../errors/connector-error.ts';
import type { Subject } from '../ox/client.ts';
import { OxFault } from '../ox/fault.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The parameter that holds the object, for each service. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  OXUserService: ['usrdata', 'user', 'usr'],
  OXGroupService: ['grp'],
  OXResourceService: ['res'],
  OXContextService: ['ctx'],
  OXUserCopyService: ['user'],
};

const NOT_FOUND: Readonly<Record<string, string>> = {
  OXUserService: 'NoSuchUserException',
  OXGroupService: 'NoSuchGroupException',
  OXResourceService: 'NoSuchResourceException',
  OXContextService: 'NoSuchContextException',
};

export interface Ref {
  readonly service: string;
  readonly context: number;
  readonly id: number | null;
  readonly name: string | null;
}

export function refOf(service: string, input: Fields): Ref {
  const { id, name } = refIn(givenIn(service, input));
  const context = ((input.ctx ?? input.context ?? input.src) as { id?: number } | undefined)?.id ?? 0;
  const isContext = service === 'OXContextService';
  return {
    service,
    context,
    id: isContext ? null : id,
    name: isContext ? String(context) : name,
  };
}

/** The object in the parameters of a call. */
export function givenIn(service: string, input: Fields): Fields {
  for (const name of SUBJECTS[service] ?? []) {
    if (typeof input[name] === 'object' && input[name] !== null) {
      return input[name] as Fields;
    }
  }
  return {};
}

export function refIn(value: unknown): { id: number | null; name: string | null } {
  const { id, name } = (value ?? {}) as Fields;
  return { id: typeof id === 'number' ? id : null, name: typeof name === 'string' ? name : null };
}

export function nameKey({ service, context, name }: Ref): string {
  return `${service}:${context}:${name ?? ''}`;
}

export function idKey(service: string, context: number, id: unknown): string {
  return `${service}:${context}:#${id}`;
}

export function notFound(service: string, subject: Subject, text: string): ConnectorError {
  return refused(subject, NOT_FOUND[service] ?? '', text);
}

export function refused(subject: Subject, exception: string, text: string): ConnectorError {
  return new ConnectorError('OX_REFUSED', `${text}: ${subject.object}`, {}, new OxFault(text, exception));
}
