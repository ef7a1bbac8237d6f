/** What happened: calls, violations, bytes, connections since the last reset. */

import type { CallRecord, Connections, Counts, Violation } from './types.ts';

const MAX_VIOLATIONS = 10_000;
const EXCERPT = 4000;

export class Journal {
  calls: CallRecord[] = [];
  violations: Violation[] = [];
  bytesIn = 0;
  bytesOut = 0;
  connections: Connections = { soap: 0, accepted: 0, open: 0 };
  #total = 0;
  #byOperation: Record<string, number> = {};
  #cpu = process.cpuUsage();
  #sockets = new WeakSet<object>();
  readonly #answers = new WeakMap<object, number>();

  /** The number of this call, from 1. */
  next(socket: object, bytes: number): number {
    this.bytesIn += bytes;
    if (!this.#sockets.has(socket)) {
      this.#sockets.add(socket);
      this.connections.soap++;
    }
    return ++this.#total;
  }

  /** How many answers this connection has had, with this one. */
  answered(socket: object): number {
    const answers = (this.#answers.get(socket) ?? 0) + 1;
    this.#answers.set(socket, answers);
    return answers;
  }

  count(service: string, operation: string): void {
    const key = `${service}.${operation}`;
    this.#byOperation[key] = (this.#byOperation[key] ?? 0) + 1;
  }

  violation(violation: Violation): void {
    if (this.violations.length >= MAX_VIOLATIONS) return;
    this.violations.push({ ...violation, body: masked(violation.body).slice(0, EXCERPT) });
  }

  get counts(): Counts {
    const cpu = process.cpuUsage(this.#cpu);
    return {
      total: this.#total,
      byOperation: Object.fromEntries(Object.entries(this.#byOperation).sort(([a], [b]) => a.localeCompare(b))),
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      cpuMs: Math.round((cpu.user + cpu.system) / 1000),
    };
  }

  reset(): void {
    this.calls = [];
    this.violations = [];
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.connections = { soap: 0, accepted: 0, open: this.connections.open };
    this.#total = 0;
    this.#byOperation = {};
    this.#cpu = process.cpuUsage();
    this.#sockets = new WeakSet();
  }
}

function masked(xml: string): string {
  return xml.replace(/(<(?:[\w.-]+:)?\w*[pP]assword(?:\s[^>]*)?>)[^<]*(<\/)/g, '$1***$2');
}
