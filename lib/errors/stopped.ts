/** A signal came while something was waited for. Nothing has been done, and the next run does it. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}
