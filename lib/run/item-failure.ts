/** A failure, with the file it happened at. */
import { asConnectorError, type ErrorCode, type Nature } from '../errors/connector-error.ts';
import type { Envelope } from '../model/change.ts';
import type { Turn } from '../queue/order.ts';

/** What is known of the file by then. */
export interface FailedItem {
  readonly turn?: Turn;
  readonly envelope?: Envelope;
  /** The id that the object's last state is stored under. */
  readonly stateId?: string;
  /** The names and addresses that the change needs. */
  readonly touches?: readonly string[];
  /** The logins that depend on the object. */
  readonly provides?: readonly string[];
}

export class ItemFailure extends Error {
  override readonly name = 'ItemFailure';
  readonly path: string;
  /** Empty: the file could not be read so far. */
  readonly dn: string;
  readonly item: FailedItem;

  constructor(path: string, dn: string, cause: unknown, item: FailedItem = {}) {
    super(`cannot process ${path}`, { cause });
    this.path = path;
    this.dn = dn;
    this.item = item;
  }

  get code(): ErrorCode {
    return asConnectorError(this.cause).code;
  }

  get nature(): Nature {
    return asConnectorError(this.cause).nature;
  }

  /** The failure and its remedy, for those who find the file set aside. */
  get reason(): string {
    const { message, remedy } = asConnectorError(this.cause);
    return withRemedy(message, remedy);
  }
}

export function withRemedy(message: string, remedy: string): string {
  return remedy ? `${message}. What to do: ${remedy}` : message;
}
