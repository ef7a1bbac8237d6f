/**
 * An OX client that changes nothing: reads are asked of OX, changes are noted, and what they would have made of OX is
 * remembered, so that later reads of the same plan see it.
 */
import { ConnectorError } from '../errors/connector-error.ts';
import { type OxClient, READS, type Subject } from '../ox/client.ts';
import { OxFault } from '../ox/fault.ts';
import { type Fields, givenIn, idKey, nameKey, notFound, type Ref, refIn, refOf, refused } from './addressed.ts';
import { diffFields, type FieldChange } from './field-changes.ts';

export interface NotedCall {
  readonly service: string;
  readonly operation: string;
  readonly object: string;
  readonly changes: readonly FieldChange[];
}

export interface RecordingClient extends OxClient {
  /** The changes noted since the last time. */
  take(): NotedCall[];
}

/** `nameOf` a user with this id in a context; null: it is not known. */
export type NameOf = (context: number, id: number) => string | null;

export function createRecordingClient(real: OxClient, nameOf: NameOf = () => null): RecordingClient {
  return new Recorder(real, nameOf) as unknown as RecordingClient;
}

class Recorder {
  readonly #real: OxClient;
  readonly #nameOf: NameOf;
  /** Objects as the plan leaves them; null: removed. */
  readonly #made = new Map<string, Fields | null>();
  /** What OX answered, by id. */
  readonly #seen = new Map<string, Fields>();
  readonly #newContexts = new Set<number>();
  #noted: NotedCall[] = [];
  #nextId = -1;

  constructor(real: OxClient, nameOf: NameOf) {
    this.#real = real;
    this.#nameOf = nameOf;
  }

  get calls(): number {
    return this.#real.calls;
  }

  close(): void {
    this.#real.close();
  }

  take(): NotedCall[] {
    const noted = this.#noted;
    this.#noted = [];
    return noted;
  }

  async call(service: string, operation: string, input: Fields, subject: Subject): Promise<unknown> {
    const ref = refOf(service, input);
    if (READS.has(operation)) {
      return this.#read(service, operation, input, subject, ref);
    }
    const note = (changes: readonly FieldChange[]): void => {
      this.#noted.push({ service, operation, object: subject.object, changes });
    };
    const given = givenIn(service, input);
    if (operation.startsWith('create')) {
      return this.#create(service, ref, given, input, subject, note);
    }
    if (service === 'OXUserCopyService') {
      return this.#copy(input, given, note);
    }
    if (service === 'OXSecondaryAccountService') {
      note(diffFields(null, (input.accountDataUpdate ?? { primaryAddress: input.primaryAddress }) as Fields));
      return true;
    }
    const found = await this.#find(ref, input, subject);
    if (found === null) {
      throw notFound(service, subject, `No such ${service}`);
    }
    if (operation === 'delete') {
      note([]);
      this.#put(ref, found, null);
    } else if (operation === 'changeByModuleAccess') {
      note(diffFields(await this.#access(found, input, subject), input.moduleAccess as Fields));
    } else {
      note(this.#differences(ref, found, given));
      this.#put(ref, found, { ...found, ...given });
    }
    return null;
  }

  async #read(service: string, operation: string, input: Fields, subject: Subject, ref: Ref): Promise<unknown> {
    if (operation === 'exists') {
      if (ref.id === null && ref.name === null) {
        return this.#ask(service, operation, input, subject);
      }
      return (await this.#find(ref, input, subject)) !== null;
    }
    if (operation === 'getData') {
      const found = await this.#find(ref, input, subject);
      if (found === null) {
        throw notFound(service, subject, 'No such object');
      }
      return found;
    }
    if (this.#newContexts.has(ref.context)) {
      return [];
    }
    const user = { ...ref, service: 'OXUserService', ...refIn(input.usr) };
    if (operation === 'listGroupsForUser') {
      const found = await this.#find(user, input, subject);
      if (found === null) {
        throw notFound('OXUserService', subject, 'No such user');
      }
      return Number(found.id) < 0 ? [] : this.#ask(service, operation, input, subject);
    }
    if (operation === 'list' && service === 'OXSecondaryAccountService') {
      const users = (input.users as { id: number }[]).filter(({ id }) => id > 0);
      return users.length === 0 ? [] : this.#ask(service, operation, { ...input, users }, subject);
    }
    return this.#ask(service, operation, input, subject);
  }

  async #create(
    service: string,
    ref: Ref,
    given: Fields,
    input: Fields,
    subject: Subject,
    note: Note,
  ): Promise<unknown> {
    if (service === 'OXSecondaryAccountService') {
      note(diffFields(null, input.accountDataOnCreate as Fields));
      return null;
    }
    if ((await this.#find(ref, input, subject)) !== null) {
      throw refused(subject, 'InvalidDataException', 'already exists');
    }
    note([...this.#differences(ref, null, given), ...diffFields(null, (input.access ?? {}) as Fields)]);
    if (service === 'OXContextService') {
      this.#newContexts.add(ref.context);
      this.#made.set(nameKey(ref), given);
      return given;
    }
    const made = { ...given, id: this.#nextId };
    this.#nextId -= 1;
    this.#put(ref, made, made);
    return made;
  }

  /** Members of groups by name: those that come, and those that go. */
  #differences({ context }: Ref, found: Fields | null, given: Fields): FieldChange[] {
    const { members: wanted, ...fields } = given;
    if (!Array.isArray(wanted)) {
      return diffFields(found, given);
    }
    const there: readonly unknown[] = Array.isArray(found?.members) ? found.members : [];
    const named = (ids: readonly unknown[], except: readonly unknown[]): string => {
      const others = new Set(except);
      return ids
        .filter((id) => !others.has(id))
        .map((id) => this.#userName(context, Number(id)))
        .sort()
        .join(', ');
    };
    const [added, removed] = [named(wanted, there), named(there, wanted)];
    return [
      ...diffFields(found, fields),
      ...(added === '' ? [] : [{ field: 'members added', before: '', after: added }]),
      ...(removed === '' ? [] : [{ field: 'members removed', before: removed, after: '' }]),
    ];
  }

  #userName(context: number, id: number): string {
    const key = idKey('OXUserService', context, id);
    const { name } = this.#made.get(key) ?? this.#seen.get(key) ?? {};
    return typeof name === 'string' ? name : (this.#nameOf(context, id) ?? `user ${id}`);
  }

  #copy(input: Fields, given: Fields, note: Note): unknown {
    note([]);
    const { src, dest } = input as { src: { id: number }; dest: { id: number } };
    // The source was looked at just before.
    const key = idKey('OXUserService', src.id, given.id);
    const source = this.#made.get(key) ?? this.#seen.get(key) ?? {};
    const copy = { ...source, id: this.#nextId };
    this.#nextId -= 1;
    this.#put({ service: 'OXUserService', context: dest.id, id: copy.id, name: null }, copy, copy);
    return copy;
  }

  /** By id: the plan may have given the user another name. Of a user that it made itself OX knows nothing. */
  async #access({ id }: Fields, { ctx, auth }: Fields, subject: Subject): Promise<Fields | null> {
    const isMade = typeof id !== 'number' || id < 0;
    const input = { ctx, user: { id }, auth };
    return isMade ? null : ((await this.#ask('OXUserService', 'getModuleAccess', input, subject)) as Fields);
  }

  /** What the plan made of the object, or else what OX has; null: it is not there. */
  async #find(ref: Ref, input: Fields, subject: Subject): Promise<Fields | null> {
    for (const key of [ref.id === null ? null : idKey(ref.service, ref.context, ref.id), nameKey(ref)]) {
      const made = key === null ? undefined : this.#made.get(key);
      if (made !== undefined) {
        return made;
      }
    }
    const isContext = ref.service === 'OXContextService';
    if (this.#newContexts.has(ref.context) && !isContext) {
      return null;
    }
    const which = ref.id === null ? { name: ref.name } : { id: ref.id };
    const parameter = { OXUserService: 'user', OXGroupService: 'grp', OXResourceService: 'res' }[ref.service];
    const asked = parameter
      ? { ctx: { id: ref.context }, [parameter]: which, auth: input.auth }
      : { ctx: { id: ref.context }, auth: input.auth };
    try {
      const found = (await this.#ask(ref.service, 'getData', asked, subject)) as Fields;
      this.#seen.set(idKey(ref.service, ref.context, found.id), found);
      return found;
    } catch (error) {
      if (error instanceof ConnectorError && error.cause instanceof OxFault && error.cause.isNotFound) {
        return null;
      }
      throw error;
    }
  }

  #put(ref: Ref, found: Fields, made: Fields | null): void {
    const name = typeof made?.name === 'string' ? made.name : ref.name;
    const former = typeof found.name === 'string' ? found.name : ref.name;
    this.#made.set(nameKey({ ...ref, name: former }), null);
    this.#made.set(nameKey({ ...ref, name }), made);
    if (typeof found.id === 'number') {
      this.#made.set(idKey(ref.service, ref.context, found.id), made);
    }
  }

  #ask(service: string, operation: string, input: Fields, subject: Subject): Promise<unknown> {
    return this.#real.call(service as never, operation as never, input as never, subject);
  }
}

type Note = (changes: readonly FieldChange[]) => void;
