/** How many objects were compared with OX, and how many of them are there as they should be. */
import { OBJECT_TYPES, type ObjectType } from '../model/change.ts';
import { type Finding, type FindingKind, finding } from './finding.ts';

/** What says of a compared object that it is not as it should be. */
const DIFFERENCES: ReadonlySet<FindingKind> = new Set([
  'missing',
  'claimed-twice',
  'refused',
  'differs',
  'id-stale',
  'left-over',
  'account-left-over',
  'default-group',
]);

export class Agreement {
  readonly #compared = new Map<ObjectType, number>();
  /** Objects, each in its context. */
  readonly #differing = new Set<string>();

  /** Called once for each object and context. */
  compared(type: ObjectType): void {
    this.#compared.set(type, (this.#compared.get(type) ?? 0) + 1);
  }

  hear({ kind, context, object }: Finding): void {
    if (DIFFERENCES.has(kind) && context !== undefined && object !== undefined) {
      this.#differing.add(`${context}:${object}`);
    }
  }

  /** null: nothing was compared. */
  tell(): Finding | null {
    const types = OBJECT_TYPES.flatMap((type) =>
      this.#compared.has(type) ? [`${this.#compared.get(type)} ${type}`] : [],
    );
    const compared = [...this.#compared.values()].reduce((sum, count) => sum + count, 0);
    const agreed = Math.max(0, compared - this.#differing.size);
    return compared === 0
      ? null
      : finding(
          'agreed',
          `${agreed} of ${compared} objects are in OX as they should be (compared: ${types.join(', ')})`,
          {
            agreed: { compared, agreed },
          },
        );
  }
}
