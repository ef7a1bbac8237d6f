/** What travels between reading a call, striking it with a rule and answering it. */

import type { ServerResponse } from 'node:http';
import type { OperationSpec, ServiceSpec } from './contract.ts';
import { faultXml, type OxFault } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Rules } from './rules.ts';
import type { Validate } from './validate.ts';
import type { World } from './world.ts';

export interface Sandbox {
  world: World;
  journal: Journal;
  rules: Rules;
  contract: Map<string, ServiceSpec>;
  validate: Validate | null;
}

export interface Answer {
  status: number;
  xml: string;
  outcome: string;
}

/** An answer, and how much of the gap it took. */
export interface Applied extends Answer {
  waitedMs: number;
}

/** A call that has been read. Its effect happens in `apply`, once at most. */
export interface Exchange {
  sandbox: Sandbox;
  n: number;
  service: ServiceSpec;
  operation: OperationSpec | null;
  response: ServerResponse;
  context: string | null;
  objects: readonly string[];
  /** `gapMs` between checks and effect. */
  apply(gapMs: number): Promise<Applied>;
  send(answer: Answer): void;
  settle(outcome: string): void;
}

export function faultAnswer(service: ServiceSpec, fault: OxFault): Applied {
  return { status: 500, xml: faultXml(fault, service.ns), outcome: `fault: ${fault.message}`, waitedMs: 0 };
}
