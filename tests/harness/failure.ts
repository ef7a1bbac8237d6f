/** What a run that fails says: one message with what to do, and no secrets. */
import { ADMIN_10, MASTER } from '../sandbox/client.ts';
import type { RunResult } from './workplace.ts';

/** The lines of a failure, each once. */
export function expectFailure(
  { code, stdout, stderr }: RunResult,
  expected: { code: number; message: RegExp; remedy: RegExp },
): void {
  expect({ code, stdout, stderr }).toEqual({
    code: expected.code,
    stdout: '',
    stderr: expect.stringMatching(expected.message),
  });
  expect(stderr.match(/What to do: .*/g)).toEqual([expect.stringMatching(expected.remedy)]);
  const lines = stderr.split('\n').filter((line) => !line.includes('What to do'));
  expect(lines.filter((line) => expected.message.test(line))).toHaveLength(1);
  for (const secret of [ADMIN_10.password, MASTER.password]) {
    expect(stderr).not.toContain(secret);
  }
}
