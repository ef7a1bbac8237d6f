/** What a route of the stand-in is, and what several need. */
import { Refused, type State } from '../state.ts';

export interface Result {
  readonly status: number;
  readonly body?: unknown;
}

type Handler = (state: State, parts: readonly string[], body: string, query: URLSearchParams) => Result;

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: Handler;
  readonly twice?: true;
  readonly contacts?: true;
}

export const DONE: Result = { status: 204 };

export function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw new Refused(400, 'JSON payload of the request is not valid');
  }
}

export const lower = (text: string | undefined): string => (text ?? '').toLowerCase();

export function userOf(state: State, name: string | undefined): string {
  const user = lower(name);
  if (!state.users.has(user)) {
    throw new Refused(404, 'User not found');
  }
  return user;
}
