/** Calls OX's operations: one function, typed by the contract, whose errors say service, operation and object. */
import type { Contract } from '#generated/soap-types.ts';
import { ConnectorError, type ErrorCode, type ErrorFields, type Nature } from '../../errors/connector-error.ts';
import { remedyFor } from '../../errors/remedies.ts';
import { charsetOf } from '../../http/body.ts';
import { createTransport, type HttpAnswer, type Transport, type TransportSettings } from '../../http/transport.ts';
import { TransportError, type TransportFailure } from '../../http/transport-error.ts';
import { AnswerError, decode, parseAnswer, parseFault } from './answer.ts';
import { describeOperation } from './contract.ts';
import { OxFault } from './fault.ts';
import { ListReader } from './list-reader.ts';
import { serialize } from './serializer.ts';

export type Service = keyof Contract;
export type Operation<S extends Service> = keyof Contract[S] & string;
export type Input<S extends Service, O extends Operation<S>> = Contract[S][O] extends { input: infer I extends object }
  ? I
  : never;
export type Result<S extends Service, O extends Operation<S>> = Contract[S][O] extends { result: infer R } ? R : never;

export type Trim<R> = R extends readonly (infer E)[] ? (element: E) => E : never;

/** What a call is about, for the one who reads the error: `user "anna" in context 10`. */
export interface Subject {
  readonly object: string;
  /** The entry of contexts.json the call logs in with. */
  readonly login: string;
}

export interface OxClient {
  /**
   * Throws a ConnectorError whose cause is an OxFault where OX refused. `trim` answers what is to be kept of each element
   * of a list: OX sends whole objects, thousands of them.
   */
  call<S extends Service, O extends Operation<S>>(
    service: S,
    operation: O,
    input: Input<S, O>,
    subject: Subject,
    trim?: Trim<Result<S, O>>,
  ): Promise<Result<S, O>>;
  /** OX may still be at something that was asked of it. */
  readonly hasLostAnswer: boolean;
  close(): void;
}

/** Operations that change nothing: one may be repeated, and a plan may ask it. */
const READS: ReadonlySet<string> = new Set([
  'exists',
  'getContextAdmin',
  'getData',
  'getModuleAccess',
  'getMultipleData',
  'getVersion',
  'list',
  'listAll',
  'listGroupsForUser',
]);

export interface ClientSettings extends Omit<TransportSettings, 'url'> {
  readonly soapServer: string;
  /** Passwords that OX might repeat beside those that it was sent. */
  readonly secrets: () => readonly string[];
}

export function createClient(settings: ClientSettings): OxClient {
  let transport: Transport | null = null;
  let hasLostAnswer = false;
  return {
    get hasLostAnswer() {
      return hasLostAnswer;
    },
    async call(service, operation, input, subject, trim) {
      const body = serialize(service, operation, input);
      const fields = { service, operation, object: subject.object };
      try {
        transport ??= createTransport({ ...settings, url: settings.soapServer, timeoutSetting: 'OX_SOAP_TIMEOUT' });
        const list = describeOperation(service, operation).result?.[3]
          ? new ListReader(service, operation, trim as never)
          : null;
        const answer = await transport.send({
          method: 'POST',
          path: `/webservices/${service}`,
          headers: {
            'Content-Type': 'text/xml; charset=utf-8',
            SOAPAction: `"urn:${operation}"`,
            Accept: 'text/xml',
          },
          body,
          about: fields,
          isRepeatable: READS.has(operation),
          takeBody: list ? (piece) => list.write(piece) : undefined,
        });
        return understand(answer, list, service, operation, fields) as never;
      } catch (error) {
        hasLostAnswer ||= !READS.has(operation) && !(error instanceof OxFault) && !isUnsent(error);
        throw wrap(error, fields, subject.login, [...secretsOf(input), ...settings.secrets().filter(isLong)]);
      }
    },
    close: () => transport?.close(),
  };
}

/** The request provably never reached OX. */
function isUnsent(error: unknown): boolean {
  const failure = error instanceof TransportError ? error : null;
  const code = (failure?.cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  return failure?.failure === 'tls' || /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code);
}

/** The fault behind an error of `call`; null: it is something else. */
export function faultOf(error: unknown): OxFault | null {
  return error instanceof ConnectorError && error.cause instanceof OxFault ? error.cause : null;
}

/** null: OX answers with a fault of this kind. */
export function nullWhere<T>(isMeant: (fault: OxFault) => boolean, answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    const fault = faultOf(error);
    if (fault !== null && isMeant(fault)) {
      return null;
    }
    throw error;
  });
}

/** null: what was asked for is not there; that its context is missing is a failure. */
export function orNull<T>(answer: Promise<T>): Promise<T | null> {
  return nullWhere((fault) => fault.isNotFound && !fault.isNoSuchContext, answer);
}

/** The answer was larger than an answer may be (docs/behaviour.md, "Calls to OX"). */
export function isTooLarge(error: unknown): boolean {
  return error instanceof ConnectorError && error.cause instanceof TransportError && error.cause.failure === 'large';
}

function understand(
  answer: HttpAnswer,
  list: ListReader | null,
  service: string,
  operation: string,
  fields: ErrorFields,
): unknown {
  if (answer.status === 200) {
    if (list === null) {
      return parseAnswer(service, operation, textOf(answer));
    }
    if (answer.body !== null) {
      list.write(Buffer.from(textOf(answer)));
    }
    return list.finish();
  }
  if (answer.status === 500 && !/html/i.test(answer.contentType)) {
    parseFault(textOf(answer));
  }
  if (answer.status >= 300 && answer.status < 400) {
    throw failed('OX_HTTP', `was redirected (HTTP ${answer.status})`, fields, undefined, 'redirect');
  }
  throw failed('OX_HTTP', `was answered with HTTP ${answer.status}`, fields, undefined, `http ${answer.status}`);
}

function textOf({ body, contentType }: HttpAnswer): string {
  return body === null ? '' : decode(body, charsetOf(contentType));
}

const CODES: Readonly<Record<TransportFailure, ErrorCode>> = {
  unreachable: 'OX_UNREACHABLE',
  tls: 'OX_TLS',
  timeout: 'OX_TIMEOUT',
  aborted: 'OX_UNREACHABLE',
  invalid: 'OX_ANSWER_INVALID',
  large: 'OX_ANSWER_INVALID',
};

function wrap(error: unknown, fields: ErrorFields, login: string, secrets: readonly string[]): unknown {
  if (error instanceof OxFault) {
    const text = withoutSecrets(error.message, secrets) || 'no reason given';
    const reason = error.exception ? `${text} (${error.exception})` : text;
    const code = error.isWrongCredentials ? 'OX_CREDENTIALS' : 'OX_REFUSED';
    return failed(code, `was refused: ${reason}`, { ...fields, login }, error, text, natureOf(error));
  }
  if (error instanceof TransportError) {
    return failed(
      CODES[error.failure],
      `failed: ${withoutSecrets(error.message, secrets)}`,
      fields,
      error,
      error.failure,
    );
  }
  if (error instanceof AnswerError) {
    return failed('OX_ANSWER_INVALID', `failed: ${withoutSecrets(error.message, secrets)}`, fields, error, 'invalid');
  }
  return error;
}

function natureOf(fault: OxFault): Nature {
  if (fault.isWrongCredentials || fault.isNoSuchContext) {
    return 'login';
  }
  return fault.isAboutObject ? 'object' : 'everything';
}

/** The answer is not what OX says after this. */
export function answerInvalid(fields: ErrorFields, what: string): ConnectorError {
  return failed('OX_ANSWER_INVALID', what, fields, undefined, 'invalid');
}

function failed(
  code: ErrorCode,
  what: string,
  fields: ErrorFields,
  cause: unknown,
  text: string,
  nature?: Nature,
): ConnectorError {
  const message = `${fields.service}.${fields.operation} for ${fields.object} ${what}`;
  return new ConnectorError(code, message, { fields, cause, remedy: remedyFor(code, text, fields), nature });
}

/** Passwords in a request; OX sometimes repeats what it was sent. */
function secretsOf(input: object): string[] {
  const secrets: string[] = [];
  for (const [name, value] of Object.entries(input)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      secrets.push(...secretsOf(value as object));
    } else if (name === 'password' && typeof value === 'string' && isLong(value)) {
      secrets.push(value);
    }
  }
  return secrets;
}

/** Shorter ones are parts of words. */
function isLong(secret: string): boolean {
  return secret.length >= 3;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, '…'), text);
}
