/** Reports as lines of the log (docs/behaviour.md, "The log"). */
import type { Fields, Logger } from '../logger/logger.ts';
import type { Step } from '../target/outcome.ts';
import type { ItemReport, Report } from './report.ts';

export const SUPERSEDED = 'left out, a newer change of the object waits';

const REFUSED = { held: 'left in the queue, with all that depends on it', parked: 'parked' } as const;

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
    case 'parked': {
      const { reason, code } = report.failure;
      log.error(REFUSED[report.end], { ...about, reason, code });
      break;
    }
    case 'failed':
  }
}
