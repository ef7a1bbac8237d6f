/** Completion for bash, made from the command line itself. */
import type { Command, Option } from 'commander';

/** `listener_trigger queue show` → `queue show`; the program itself → an empty path. */
interface Verb {
  readonly path: string;
  readonly command: Command;
}

/** What a value is → what compgen completes. */
const VALUES = [
  ['<directory>', '-d'],
  ['<file>', '-f'],
] as const;

/** Where the files are that a verb takes; the others take those of the queue. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  'queue show': ['.', 'parked', 'dropped'],
  'queue drop': ['.', 'parked'],
  'queue retry': ['parked'],
  'queue undrop': ['dropped'],
};

/** A script for bash, for each name the program is called by. */
export function bashCompletion(programs: readonly Command[]): string {
  const functions = programs.map((program) => completionFunction(program, verbsOf(program)));
  return ['# Completion for bash, made by: listener_trigger completion', ...functions].join('\n');
}

export function verbsOf(command: Command, path = ''): Verb[] {
  const below = command.commands.flatMap((each) => verbsOf(each, path === '' ? each.name() : `${path} ${each.name()}`));
  return [{ path, command }, ...below];
}

function completionFunction(program: Command, verbs: readonly Verb[]): string {
  const name = `_${program.name().replaceAll('-', '_')}`;
  const options = new Map(verbs.flatMap(({ command }) => command.options).map((option) => [option.flags, option]));
  const withValue = [...options.values()].filter((option) => option.required || option.optional);
  const skipped = withValue.flatMap(flagsOf).filter((flag) => flag !== '--data-dir');
  return `${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} verb='' words='' i
  local data=\${OX_CONNECTOR_DATA_DIR:-/var/lib/univention-appcenter/apps/ox-connector/data}
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
    --data-dir) data=\${COMP_WORDS[++i]} ;;
    ${skipped.join(' | ')}) ((i++)) ;;
    *)
      case "$verb \${COMP_WORDS[i]}" in
${verbs.map(({ path }) => verbCase(path)).join('\n')}
      esac ;;
    esac
  done
  case "$prev" in
${withValue.map(valueCase).join('\n')}
  esac
  case "$verb" in
${verbs.map(({ path, command }) => wordCase(path, command, program.options)).join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F ${name} ${program.name()}
`;
}

function verbCase(path: string): string {
  const before = path.includes(' ') ? path : ` ${path}`;
  return `      ${quoted(before)}) verb=${quoted(path)} ;;`;
}

function valueCase(option: Option): string {
  const what = option.argChoices
    ? `-W ${quoted(option.argChoices.join(' '))}`
    : VALUES.find(([value]) => option.flags.includes(value))?.[1];
  const reply = what === undefined ? '' : `mapfile -t COMPREPLY < <(compgen ${what} -- "$cur"); `;
  return `  ${flagsOf(option).join(' | ')}) ${reply}return ;;`;
}

function wordCase(path: string, command: Command, common: readonly Option[]): string {
  const options = [...new Set([...command.options, ...common])].flatMap(flagsOf);
  const words = [...command.commands.map((each) => each.name()), ...options, '--help'];
  const files = command.registeredArguments.some((each) => /^files?$/.test(each.name()))
    ? (PLACES[path] ?? ['.'])
        .map(
          (place) =>
            `\n    words+=" $(cd "$data/listener/${place}" 2>/dev/null && compgen -G '*.json' | grep -x '[[:alnum:]._+-]*')"`,
        )
        .join('')
    : '';
  return `  ${quoted(path)})\n    words=${quoted(words.join(' '))}${files} ;;`;
}

function flagsOf({ short, long }: Option): string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
