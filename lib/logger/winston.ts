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
    // The transport renders: an info object goes through unchanged.
    format: { transform: (info) => info },
    transports: [new SynchronousTransport(render)],
  });
}

type Info = Readonly<Record<string, unknown>>;

class SynchronousTransport extends Transport {
  readonly #render: (info: Info) => string;

  constructor(render: (info: Info) => string) {
    super();
    this.#render = render;
  }

  override log(info: Info, next: () => void): void {
    writeToStandardError(`${this.#render(info)}\n`);
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
