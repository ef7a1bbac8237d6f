/** As whom OX is called: the admin of a context, or the master (docs/ox.md, "Logins"). */
import type { Subject } from '../soap/client.ts';
import { describeRef, type Ref } from './refs.ts';

export interface Login {
  readonly adminuser: string;
  readonly adminpass: string;
}

export interface Logins {
  /** Throws if the context has no entry: plans skip such contexts. */
  ofContext(context: number): Login;
  ofMaster(): Login;
}

/** What a call has besides its operation's own parameters. */
export interface Caller {
  readonly ctx: { id: number };
  readonly auth: { login: string; password: string };
  readonly subject: Subject;
}

export interface Callers {
  /** The context's own admin; `ref` null: it is about all of the kind. */
  own(context: number, kind: string, ref: Ref | null): Caller;
  master(context: number): Caller;
}

export function callersWith(logins: Logins): Callers {
  return {
    own: (context, kind, ref) => {
      const which = ref === null ? `${kind} of` : `${kind} ${describeRef(ref)} in`;
      const subject = { object: `${which} context ${context}`, login: String(context) };
      return { ctx: { id: context }, auth: authOf(logins.ofContext(context)), subject };
    },
    master: (context) => {
      const subject = { object: `context ${context}`, login: 'master' };
      return { ctx: { id: context }, auth: authOf(logins.ofMaster()), subject };
    },
  };
}

export function authOf({ adminuser, adminpass }: Login): { login: string; password: string } {
  return { login: adminuser, password: adminpass };
}
