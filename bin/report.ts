/**
 * The one place that logs failures: what failed, at which file, how often, OX's own words, and what to do
 * (docs/behaviour.md, "The log").
 */
import { asConnectorError, type ConnectorError } from '../lib/errors/connector-error.ts';
import type { Logger } from '../lib/logger/logger.ts';
import { ItemFailure } from '../lib/run/item-failure.ts';
import { recordFailure } from '../lib/run/run-record.ts';
import { SettingsError } from '../lib/settings/settings.ts';

/** Answers the exit code. `directory`: where the failure is counted; null: it is not one of the queue. */
export function reportFailure(failure: unknown, log: Logger, directory: string | null): number {
  const item = failure instanceof ItemFailure ? failure : null;
  const error = asConnectorError(item ? item.cause : failure);
  const { stack, ...known } = error.fields;
  const times = directory === null ? null : count(directory, item?.path ?? '', error);
  const head = [
    ...(item ? [`Error while processing ${item.path}`] : []),
    ...(times === null ? [] : [`This is consecutive error #${times}`]),
  ];
  const messages = error instanceof SettingsError ? error.mistakes : [error.message];
  const fields = { code: error.code, dn: item?.dn || undefined, ...known };
  if (log.format === 'json') {
    const { remedy } = error;
    const consecutiveErrors = typeof times === 'number' ? times : undefined;
    const more = { file: item?.path, consecutiveErrors, exitCode: error.exitCode, remedy: remedy || undefined };
    log.error([...head, messages.join('; ')].join(': '), { ...fields, ...more });
  } else {
    for (const line of head) {
      log.error(line);
    }
    for (const message of messages) {
      log.error(message, fields);
    }
    if (error.remedy) {
      log.error(`What to do: ${error.remedy}`);
    }
  }
  if (stack) {
    log.debug('where it happened', { stack });
  }
  return error.exitCode;
}

const MOST_TOLD = 20;

/** What a verb passed over, and could not do for that. Answers the exit code of the first; 0: there was nothing. */
export function reportDamages(damages: readonly ConnectorError[], log: Logger): number {
  for (const error of damages.slice(0, MOST_TOLD)) {
    reportFailure(error, log, null);
  }
  if (damages.length > MOST_TOLD) {
    log.error(`${damages.length - MOST_TOLD} more last states are damaged: listener_trigger check names them`);
  }
  return damages[0]?.exitCode ?? 0;
}

/** A disk that is full must not hide the failure that is being reported. */
function count(directory: string, path: string, error: ConnectorError): number | string {
  try {
    const { message, code, remedy } = error;
    return recordFailure(directory, { filename: path, message, code, remedy }, new Date());
  } catch {
    return 'unknown (the count cannot be written)';
  }
}
