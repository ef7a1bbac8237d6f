/** The settings of tmail.json, from its schema. */
import schema from '../schemas/tmail/tmail.schema.json' with { type: 'json' };
import { code, table } from './markdown.ts';

interface Setting {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Setting>>;
  readonly $ref?: string;
}

const DEFINITIONS = schema.$defs as Readonly<Record<string, Setting>>;

export function tmailReference(): string {
  return table(['setting', 'default', 'meaning', 'form'], rowsOf(schema as Setting, ''));
}

function rowsOf({ properties = {}, required = [] }: Setting, before: string): string[][] {
  return Object.entries(properties).flatMap(([name, setting]) => {
    const { title = '', description = '' } = { ...DEFINITIONS[setting.$ref?.split('/').pop() ?? ''], ...setting };
    const [example] = setting.examples ?? [];
    const form = example === undefined ? description : `${description}, e.g. ${code(String(example))}`;
    const path = `${before}${name}`;
    const own = [code(path), required.includes(name) ? 'needed' : defaultOf(setting), title, form];
    return [own, ...rowsOf(setting, `${path}.`)];
  });
}

function defaultOf({ default: value }: Setting): string {
  return value === undefined
    ? ''
    : code(typeof value === 'string' ? value : JSON.stringify(value).replaceAll(',', ', '));
}
