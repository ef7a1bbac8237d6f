/** Why a request has no answer that could be understood. */

export type TransportFailure = 'unreachable' | 'tls' | 'timeout' | 'invalid' | 'large' | 'aborted';

export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
  }
}

const TLS = /^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/;

/** What OpenSSL says of plain HTTP, between an address in memory and a line of its source. */
const WITHOUT_TLS = /wrong version number/;

/** `answering`: a part of the answer had come. */
export function asTransportError(error: Error, answering: boolean): TransportError {
  if (error instanceof TransportError) {
    return error;
  }
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (TLS.test(code)) {
    // Node advises its own options (`; …, try running Node.js with --use-system-ca`), which nobody can set here.
    const words = error.message.replace(/;[^;]*Node\.js[^;]*/g, '');
    const said = WITHOUT_TLS.test(error.message) ? 'what answers does not speak TLS' : words;
    return new TransportError('tls', `${said} (${code})`, error);
  }
  if (answering || code.startsWith('HPE_')) {
    return new TransportError('invalid', `the answer broke off: ${error.message}`, error);
  }
  const inner =
    error instanceof AggregateError
      ? error.errors.map((each) => String((each as Error).message)).join(', ')
      : error.message;
  return new TransportError('unreachable', inner || code, error);
}
