import { ConnectorError } from '../../errors/connector-error.ts';

export function prefillFailed(): ConnectorError {
  return new ConnectorError('PREFILL_FAILED', 'the prefill of the subscription has failed: no message comes any more', {
    remedy:
      'See the log of the service (its prefill container) for the cause, then make the subscription anew: listener_trigger subscribe --recreate.',
  });
}
