/** The man page, made from the command line itself. */
import type { Command, Option } from 'commander';
import { verbsOf } from './completion.ts';
import { EXAMPLES, EXIT_CODE_MEANINGS, FILES, SETTINGS, VERB_FACTS } from './verb-facts.ts';
import { VERSION } from './version.ts';

/** In the man macros of groff. */
export function manPage(program: Command): string {
  const verbs = verbsOf(program).filter(
    ({ path, command }) => path !== '' && (command.commands.length === 0 || command.options.length > 0),
  );
  return [
    `.TH ${program.name().toUpperCase()} 1 "" ${quoted(`ox-connector ${VERSION}`)}`,
    '.SH NAME',
    text(`${program.name()}, update-ox-db-cache - keeps OX App Suite in step with UCS`),
    '.SH SYNOPSIS',
    ...[`${program.name()} [options]`, `${program.name()} [options] verb [arguments]`].flatMap((line) => [
      text(line),
      '.br',
    ]),
    '.SH DESCRIPTION',
    text(program.description()),
    '.SH OPTIONS',
    ...program.options.flatMap(optionEntry),
    '.SH VERBS',
    ...verbs.flatMap(({ path, command }) => verbEntry(path, command)),
    '.SH EXIT STATUS',
    ...EXIT_CODE_MEANINGS.flatMap(([code, meaning]) => entry(code, meaning)),
    '.SH ENVIRONMENT',
    'Empty counts as not set.',
    ...SETTINGS.flatMap(({ name, initial, title }) => entry(name, title + (initial ? ` Default: ${initial}` : ''))),
    '.SH FILES',
    text('Below the data directory (OX_CONNECTOR_DATA_DIR, --data-dir):'),
    ...FILES.flatMap(([path, meaning]) => entry(path, meaning)),
    '.SH EXAMPLES',
    ...EXAMPLES.flatMap(([purpose, commands]) => [
      '.PP',
      text(purpose),
      '.PP',
      '.nf',
      ...commands.split('; ').map((line) => text(`    ${line}`)),
      '.fi',
    ]),
    '.SH SEE ALSO',
    text('update-ox-db-cache(1), univention-app(8), the pages in docs/ of the source'),
    '',
  ].join('\n');
}

function verbEntry(path: string, command: Command): string[] {
  const usage = command.registeredArguments.map((each) => {
    const name = each.variadic ? `${each.name()}...` : each.name();
    return each.required ? `<${name}>` : `[${name}]`;
  });
  return [
    `.SS ${quoted([path, ...usage].join(' '))}`,
    text(command.description() || command.summary()),
    ...factsOf(path),
    ...command.options.flatMap(optionEntry),
  ];
}

/** What a verb needs and does, in a line of its own. */
function factsOf(path: string): string[] {
  const facts = VERB_FACTS[path];
  if (facts === undefined) {
    return [];
  }
  const { reads, changes = 'nothing', lock = 'none', server, answers } = facts;
  const said = [
    `Reads: ${reads}.`,
    `Changes: ${changes}.`,
    `Lock: ${lock}.`,
    server === undefined ? 'Works without OX.' : `Asks ${server}.`,
    `Exit status: ${answers}.`,
  ];
  return ['.PP', text(said.join(' ').replaceAll('`', ''))];
}

function optionEntry({ flags, description, argChoices }: Option): string[] {
  return entry(flags, description + (argChoices ? ` (one of ${argChoices.join(', ')})` : ''));
}

function entry(term: string, meaning: string): string[] {
  return ['.TP', `.B ${escaped(term)}`, text(meaning)];
}

/** Lines that begin with a dot or an apostrophe would be requests. */
function text(words: string): string {
  return escaped(words).replace(/^(?=[.'])/gm, '\\&');
}

function quoted(words: string): string {
  return `"${escaped(words).replaceAll('"', '\\(dq')}"`;
}

function escaped(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(
      /[\u0080-\uffff]/g,
      (letter) => `\\[u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
