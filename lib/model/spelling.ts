/**
 * Whether two descriptions of an object say the same, whoever wrote them: the listener converter writes texts where the
 * Provisioning API has booleans and numbers, and leaves out what is not set. Where it cannot be said they differ: that
 * costs a call, and loses nothing.
 */
import type { ObjectType } from './change.ts';
import { dnKey } from './dn.ts';
import { type Properties, readFlag } from './udm.ts';

/** Lists of DNs, in no order. */
const REFERENCES = new Set(['users', 'groups', 'nestedGroup', 'memberOf', 'hosts', 'primaryGroup']);

/** Never sent, and kept by one of the writers only. */
const IGNORED = new Set(['password']);

export function isSameObject(type: ObjectType, before: Properties, after: Properties): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of names) {
    // A user's groups are computed: they change without the user. Identifiers were given to old objects at some time.
    const isLeftOut =
      name.startsWith('oxDb') ||
      IGNORED.has(name) ||
      (name === 'groups' && type === 'users/user') ||
      (name === 'univentionObjectIdentifier' && isUnset(before[name]));
    if (!isLeftOut && !isSame(before[name], after[name], REFERENCES.has(name))) {
      return false;
    }
  }
  return true;
}

function isSame(a: unknown, b: unknown, areReferences: boolean): boolean {
  if (isUnset(a) || isUnset(b)) {
    return isUnset(a) && isUnset(b);
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    const [left, right] = [listOf(a, b), listOf(b, a)];
    if (left.length !== right.length) {
      return false;
    }
    return areReferences
      ? keysOf(left) === keysOf(right)
      : left.every((each, at) => isSame(each, right[at], areReferences));
  }
  if (typeof a === 'object' || typeof b === 'object') {
    return isSameRecord(a, b);
  }
  if (typeof a === 'boolean' || typeof b === 'boolean') {
    const [left, right] = [readFlag(String(a)), readFlag(String(b))];
    return left !== null && left === right;
  }
  return String(a) === String(b) || (areReferences && dnKey(String(a)) === dnKey(String(b)));
}

function isSameRecord(a: unknown, b: unknown): boolean {
  const [left, right] = [recordOf(a), recordOf(b)];
  if (left === null || right === null) {
    return false;
  }
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((name) =>
    isSame(left[name], right[name], false),
  );
}

function isUnset(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (typeof value === 'object' && Object.values(value).every(isUnset))
  );
}

function recordOf(value: unknown): Properties | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : null;
}

/** `other`: its form tells what the converter makes of an object here, a list of pairs or one of the values alone. */
function listOf(value: unknown, other: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    return value;
  }
  const record = recordOf(value);
  const arePairs = Array.isArray(other) && other.every(Array.isArray);
  return record === null ? [value] : arePairs ? Object.entries(record) : Object.values(record);
}

function keysOf(dns: readonly unknown[]): string {
  return dns
    .map((dn) => dnKey(String(dn)))
    .sort()
    .join('\n');
}
