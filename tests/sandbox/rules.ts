/** Fault rules: which calls go wrong, and how often. */

import type { Rule, RuleAction, RuleMatch } from './types.ts';

/** A call as rules see it. */
export interface Subject {
  n: number;
  service: string;
  operation: string;
  context: string | null;
  /** Ids and names of the object in the request. */
  objects: readonly string[];
}

interface Armed {
  rule: Rule;
  left: number;
  seen: number;
}

const MATCH = 'service operation context object call nth'.split(' ');
const ACTION = (
  'delay fault status body contentType headers redirect reset hang truncate garbage wrongOperation huge hugeList doctype gzip ' +
  'kill signal when applied'
).split(' ');

export class Rules {
  #armed: Armed[] = [];

  add(rules: readonly Rule[]): void {
    for (const rule of rules) {
      checkKeys(rule.match ?? {}, MATCH);
      checkKeys(rule.action, ACTION);
      this.#armed.push({ rule, left: rule.times ?? 1, seen: 0 });
    }
  }

  clear(): void {
    this.#armed = [];
  }

  get remaining(): Rule[] {
    return this.#armed.map(({ rule, left }) => ({ ...rule, times: left }));
  }

  /** The first rule that strikes is used up by one; all matching ones count the call. */
  take(subject: Subject): RuleAction | null {
    if (this.#armed.length === 0) return null;
    let struck: Armed | null = null;
    for (const armed of this.#armed) {
      const match = armed.rule.match ?? {};
      if (!matches(match, subject)) continue;
      armed.seen++;
      if (struck === null && armed.seen >= (match.nth ?? 1)) struck = armed;
    }
    if (struck === null) return null;
    struck.left--;
    this.#armed = this.#armed.filter((armed) => armed.left > 0);
    return struck.rule.action;
  }
}

/** A typo in a test should not strike every call, or none. */
function checkKeys(part: object, known: readonly string[]): void {
  const unknown = Object.keys(part).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`a rule has no ${unknown}`);
}

function matches(match: RuleMatch, subject: Subject): boolean {
  if (match.service !== undefined && match.service !== subject.service) return false;
  if (match.operation !== undefined && match.operation !== subject.operation) return false;
  if (match.call !== undefined && match.call !== subject.n) return false;
  if (match.context !== undefined && String(match.context) !== subject.context) return false;
  return match.object === undefined || subject.objects.includes(String(match.object));
}
