/** Reports as lines of the log (docs/behaviour.md, "The log"). */
import type { Fields, Logger } from '../logger/logger.ts';
import type { Step } from '../provisioners/provisioner.ts';
import type { ItemReport, Report } from './report.ts';

export const SUPERSEDED = 'left out, a newer change of the object waits';

export function textOf(steps: readonly Step[]): string {
  return steps.map(({ text }) => text).join(', ') || 'nothing to do in OX';
}

export function reportTo(log: Logger): Report {
  return (report) => {
    const { file, type, dn, warnings = [] } = report;
    const about: Fields = { file, ...(type === undefined ? {} : { type }), ...(dn === '' ? {} : { dn }) };
    for (const reason of warnings) {
      log.warning('not as wished', { ...about, reason });
    }
    tell(report, about, log);
  };
}

function tell(report: ItemReport, about: Fields, log: Logger): void {
  switch (report.end) {
    case 'provisioned':
      log.info('provisioned', { ...about, action: textOf(report.steps), duration: `${report.milliseconds}ms` });
      break;
    case 'left alone':
      log.info('provisioned', { ...about, action: report.reason });
      break;
    case 'skipped':
      log.warning('skipped', { ...about, reason: report.reason });
      break;
    case 'superseded':
      log.warning(SUPERSEDED, { ...about, newer: report.newer, reason: report.reason });
      break;
    case 'held':
      log.error('left in the queue, with all that depends on it', {
        ...about,
        reason: report.reason,
        code: report.code,
      });
      break;
    case 'parked':
      log.error('parked', { ...about, reason: report.reason, code: report.code });
      break;
    case 'failed':
  }
}
