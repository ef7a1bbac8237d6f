/** DEBUG has a line for each call: what was called for which object, and how it ended; never what was said. */
import type { Exchange } from '../lib/http/transport.ts';
import type { Logger } from '../lib/logger/logger.ts';

export function callLog(log: Logger): (exchange: Exchange) => void {
  return ({ about, result, milliseconds, bytes }) => {
    log.debug('call', { ...about, result, duration: `${milliseconds}ms`, bytes });
  };
}
