/** What holds for every run, whatever it was given (docs/behaviour.md). */
import { deepStrictEqual, ok } from 'node:assert/strict';
import type { Sandbox } from '../sandbox/client.ts';
import type { Place, Watched } from './place.ts';

/** In the files and in OX's answers; none may ever be shown. */
export const SECRETS = ['masterpw', 'secret10', '$6$salt$geheim', 'spare-passwort', '/9j/4AAQSkZJRgABAQ'];

const EXIT_CODES = new Set([0, 65, 69, 74, 76, 77, 78]);
const MOST_MEGABYTES = 512;
/** Nobody reads more of one run. */
const LONGEST_LOG = 1_000_000;

export async function judge(place: Place, result: Watched, sandbox: Sandbox): Promise<void> {
  const { code, signal, stdout, stderr, peak, timedOut } = result;
  const shown = stderr.length > 3000 ? `${stderr.slice(0, 1500)}\n[…]\n${stderr.slice(-1500)}` : stderr;
  ok(!timedOut, `it did not end:\n${shown}`);
  ok(code !== null && EXIT_CODES.has(code), `it ended with ${code ?? signal}:\n${shown}`);
  ok(!/internal error|^ {4}at |FATAL|Assertion|UnhandledPromise/m.test(stderr), `it crashed:\n${shown}`);
  ok(code === 0 || / ERROR +\S/.test(stderr), `it ended with ${code}, and no word about it:\n${shown}`);
  ok(stderr.length < LONGEST_LOG, `it wrote ${stderr.length} characters:\n${shown}`);
  const badLine = stderr.split('\n').find((line) => line !== '' && !/^\d{4}-\d\d-\d\dT[\d:.]+Z [A-Z]+ /.test(line));
  deepStrictEqual(badLine, undefined, 'a line of the log was forged');
  ok(peak < MOST_MEGABYTES, `it took ${Math.round(peak)} MB`);
  const secret = [...SECRETS, ...(await passwordsIn(sandbox))].find((each) => `${stdout}${stderr}`.includes(each));
  deepStrictEqual(secret, undefined, `it showed a secret:\n${shown}`);
  ok(place.isSurroundingUntouched(), `it touched a file outside of DATA:\n${shown}`);
  deepStrictEqual(await sandbox.violations(), [], 'OX was sent what is not well-formed or not valid');
}

async function passwordsIn(sandbox: Sandbox): Promise<string[]> {
  const { contexts } = await sandbox.state();
  const users = Object.values(contexts).flatMap((context) => [context.admin, ...context.users]);
  return users.flatMap(({ password }) => (password !== undefined && password.length >= 8 ? [password] : []));
}
