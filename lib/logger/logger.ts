/**
 * The log, for operators (docs/behaviour.md, "The log"): one line per event on standard error. winston formats it; the
 * transport writes at once, so that no line is lost, however the process ends. winston is loaded with the first line
 * that is shown.
 */
import type { Logger as Winston } from 'winston';
import { clip } from '../errors/clip.ts';
import type { LogLevel } from '../settings/settings.ts';

/** Names of fields are stable; values are never secrets. */
export type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Logger {
  /** `json`: each event is a record of its own, for programs. */
  readonly format?: LogSettings['format'];
  debug(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  warning(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
  /** What a verb was called for: told at every level. */
  outcome(event: string, fields?: Fields): void;
}

export interface LogSettings {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
}

const LEVELS: Readonly<Record<LogLevel, number>> = { error: 0, warning: 1, info: 2, debug: 3 };

/** Loads winston when called; separate, so that a run without a line does without it. */
export type MakeWinston = (levels: Readonly<Record<LogLevel, number>>, format: 'text' | 'json') => Winston;

/** `above`: what is drawn on the terminal makes way for a line. */
export function createLogger(
  settings: LogSettings,
  makeWinston: MakeWinston,
  above: (write: () => void) => void = (write) => write(),
): Logger {
  let winston: Winston | null = null;
  const threshold = LEVELS[settings.level];
  const write = (level: LogLevel, event: string, fields: Fields): void => {
    if (LEVELS[level] <= threshold) {
      tell(level, event, fields);
    }
  };
  const tell = (level: LogLevel, event: string, fields: Fields): void => {
    winston ??= makeWinston(LEVELS, settings.format);
    const made = winston;
    above(() => made.log({ ...clipped(fields), level, message: clip(event) }));
  };
  return {
    format: settings.format,
    debug: (event, fields = {}) => write('debug', event, fields),
    info: (event, fields = {}) => write('info', event, fields),
    warning: (event, fields = {}) => write('warning', event, fields),
    error: (event, fields = {}) => write('error', event, fields),
    outcome: (event, fields = {}) => tell('info', event, fields),
  };
}

/** Names and DNs come from outside, and may be of any length. */
function clipped(fields: Fields): Fields {
  const entries = Object.entries(fields);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? clip(value) : value]));
}
