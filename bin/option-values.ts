/** Values of options that are numbers. */
import { InvalidArgumentError } from 'commander';

/** Reads what has this form; `expected`: what is said of all else. */
export function numberIn(form: RegExp, expected: string): (text: string) => number {
  return (text) => {
    if (!form.test(text)) {
      throw new InvalidArgumentError(expected);
    }
    return Number(text);
  };
}
