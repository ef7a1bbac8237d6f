/** A failure, with the file it happened at. */
export class ItemFailure extends Error {
  override readonly name = 'ItemFailure';
  readonly path: string;
  /** Empty: the file could not be read so far. */
  readonly dn: string;

  constructor(path: string, dn: string, cause: unknown) {
    super(`cannot process ${path}`, { cause });
    this.path = path;
    this.dn = dn;
  }
}
