/** winston, with a transport that has written a line when it returns. */
import type { Logger as Winston } from 'winston';
// Only what is used: winston's index loads its file, http and stream transports too.
import createWinston from 'winston/lib/winston/create-logger.js';
import Transport from 'winston-transport';
import { printable, printableJson } from '../errors/printable.ts';
import type { LogLevel } from '../settings/settings.ts';
import { writeToStandardError } from './standard-error.ts';

export function makeWinston(levels: Readonly<Record<LogLevel, number>>, format: 'text' | 'json'): Winston {
  const render = format === 'json' ? renderJson : renderText;
  return createWinston({
    levels: { ...levels },
    level: 'debug',
    format: { transform: (info) => ({ ...info, [LINE]: render(info) }) },
    transports: [new SynchronousTransport()],
  });
}

/** Where formats of winston leave the text for transports. */
const LINE = Symbol.for('message');

type Info = Readonly<Record<string, unknown>>;

class SynchronousTransport extends Transport {
  override log(info: { readonly [LINE]: string }, next: () => void): void {
    writeToStandardError(`${info[LINE]}\n`);
    next();
  }
}

function renderJson(info: Info): string {
  const { level, message, ...fields } = info;
  return printableJson({ time: new Date().toISOString(), level, message, ...fields });
}

function renderText(info: Info): string {
  const { level, message, ...fields } = info;
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => ` ${name}=${quote(value)}`);
  return `${new Date().toISOString()} ${String(level).toUpperCase().padEnd(7)} ${printable(String(message))}${shown.join('')}`;
}

function quote(value: unknown): string {
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return /^[\w@.:/+-]+$/.test(text) ? text : printableJson(text);
}
