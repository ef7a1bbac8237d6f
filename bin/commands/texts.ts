/** `completion` and `man-page`: texts made from the command line, for packages and shells. */
import type { Command } from 'commander';
import { bashCompletion } from '../completion.ts';
import { manPage } from '../man-page.ts';
import type { Terminal } from '../terminal.ts';

/** `other`: the same binary under its other name. */
export function addTextVerbs(program: Command, terminal: Terminal, other: () => Command): void {
  const print = (text: string): void => {
    process.stdout.write(text);
    terminal.finish(0);
  };
  program
    .command('completion')
    .summary('print the completion script for bash')
    .description('Prints the completion script for bash. To use it at once: source <(listener_trigger completion)')
    .action(() => print(bashCompletion([program, other()])));
  program
    .command('man-page')
    .summary('print the man page')
    .description('Prints the man page. To read it at once: listener_trigger man-page | man -l -')
    .action(() => print(manPage(program)));
}
