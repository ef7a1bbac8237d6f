/** The operations of one service as its file calls them: with a login, and what they are about. */
import type { Input, Operation, OxClient, Result, Service, Trim } from '../soap/client.ts';
import type { Caller } from './logins.ts';

/** Beside what is given, all that `caller` has but its subject is a parameter: its login, and the context. */
export function operationsOf<S extends Service>(client: Pick<OxClient, 'call'>, service: S) {
  return <O extends Operation<S>>(
    operation: O,
    { subject, ...common }: Pick<Caller, 'auth' | 'subject'>,
    given: Input<S, O> | null = null,
    trim?: Trim<Result<S, O>>,
  ): Promise<Result<S, O>> =>
    client.call(service, operation, { ...common, ...given } as unknown as Input<S, O>, subject, trim);
}
