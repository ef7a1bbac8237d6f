/** The switches of the sandbox and their defaults: OX as shipped, except that user names may be changed. */

import type { SandboxOptions } from './types.ts';

export const DEFAULT_OPTIONS: Readonly<SandboxOptions> = {
  usernameChangeable: true,
  allowQuota: false,
  uniqueDisplayName: true,
  uniquePrimaryMail: true,
  primaryMailUnchangeable: false,
  adminMailChecks: false,
  masterOverride: false,
  checkUserNames: true,
  checkGroupNames: true,
  checkResourceNames: true,
  listPrimaryAccounts: false,
  unknownElements: [],
  absentServices: [],
  wsdlStatus: 0,
  version: '8.19.0',
  convertGuest: false,
  deletionMs: 100,
  lockSleepScale: 0.05,
  copyMs: 0,
  copyHangMs: 0,
  latencyMs: 0,
  randomLatencyMs: 0,
  keepAliveMs: 30_000,
  recordCalls: true,
  recordBodies: true,
  validate: true,
  checkAnswers: false,
};

/** Unknown names are an error: a typo in a test should not pass silently. */
export function mergeOptions(options: SandboxOptions, changes: Record<string, unknown>): SandboxOptions {
  for (const [name, value] of Object.entries(changes)) {
    const known: unknown = Reflect.get(DEFAULT_OPTIONS, name);
    if (known === undefined) throw new Error(`unknown option ${name}`);
    if (typeof known !== typeof value) throw new Error(`option ${name} must be a ${typeof known}`);
  }
  return { ...options, ...changes };
}
