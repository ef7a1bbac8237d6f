/** What may go wrong with one call to OX, and how the binary has to end: rows of the fault matrix. */
import type { RuleAction } from '../sandbox/client.ts';

export interface Row {
  readonly name: string;
  readonly action: RuleAction;
  /** The exit codes that are right. 0: it may be overcome at once. */
  readonly exits: readonly number[];
  /** What the output has to say beside. */
  readonly says?: RegExp;
  /** A call that only reads may be repeated on a new connection. */
  readonly isRetriedRead?: true;
  /** The operation that is done without: users are asked for by name where their list is too large. */
  readonly isDoneWithout?: string;
  /** Not for operations that have no result: for them the answer is right. */
  readonly onlyWithResult?: true;
  /** Where the run is to go on, it does: the object is parked. */
  readonly isAboutObject?: true;
  /** Takes long: once for each operation is enough. */
  readonly isSlow?: true;
}

const OX = 76;
const CREDENTIALS = 77;
const NETWORK = 69;

const fault = (exception: string | null, text: string, code?: string): RuleAction => ({
  fault: { text, ...(exception ? { exception } : {}), ...(code ? { code } : {}) },
});
const refused = (name: string, action: RuleAction, more: Partial<Row> = {}): Row => ({
  name: `fault: ${name}`,
  action,
  exits: [OX],
  ...more,
});
const broken = (name: string, action: RuleAction, more: Partial<Row> = {}): Row => ({
  name,
  action,
  exits: [NETWORK],
  ...more,
});
const applied = (action: RuleAction): RuleAction => ({ ...action, applied: true });

const HTML = '<html><body><h1>It works!</h1></body></html>';
const EMPTY_BODY =
  '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body></soap:Body></soap:Envelope>';
const UPDATING = 'Schema "db_5" from database 7 on host "db" is locked or is now being updated, please try again later';
const MIB = 1024 * 1024;

export const ROWS: readonly Row[] = [
  refused('wrong credentials', fault('InvalidCredentialsException', 'Authentication failed'), {
    exits: [CREDENTIALS],
    says: /What to do: Correct the entry "(?:10|20|master)" in contexts\.json/,
  }),
  refused('storage', fault('StorageException', 'Deadlock found when trying to get lock')),
  refused('remote', fault('RemoteException', 'Connection refused to host: 127.0.0.1')),
  refused('schema is being updated', fault('DatabaseUpdateException', UPDATING), { says: /wait until it is done/ }),
  refused('invalid data', fault('InvalidDataException', 'Illegal chars: "ä"'), {
    says: /Illegal chars: "ä"/,
    isAboutObject: true,
  }),
  refused('without a text', fault('InvalidDataException', ''), { isAboutObject: true }),
  refused('server, without detail', fault(null, 'Fault occurred while processing.')),
  refused('older OX', fault(null, 'Unmarshalling Error: unexpected element (uri:"", local:"x")', 'soap:Client'), {
    says: /Update OX/,
  }),
  // Done, and then refused: whoever looks again may find that all is well.
  refused('storage, after it was applied', applied(fault('StorageException', 'Lost connection')), { exits: [0, OX] }),
  broken('HTTP 500 with HTML', { status: 500, body: HTML }, { says: /HTTP 500/ }),
  broken('HTTP 500 without a fault', { status: 500, contentType: 'text/xml', body: EMPTY_BODY }),
  broken('HTTP 404', { status: 404, body: HTML }, { says: /HTTP 404/ }),
  broken('HTTP 502', { status: 502, body: HTML }, { says: /proxy/ }),
  broken('HTTP 503', { status: 503, body: HTML }, { says: /proxy/ }),
  broken('redirect', { redirect: 'http://127.0.0.1:1/' }, { says: /redirected/ }),
  broken('reset before it was applied', { reset: 'before' }, { isRetriedRead: true }),
  broken('reset after it was applied', { reset: 'after' }, { isRetriedRead: true }),
  broken('timeout before it was applied', { hang: 'before' }, { says: /OX_SOAP_TIMEOUT/ }),
  broken('timeout after it was applied', { hang: 'after' }, { says: /OX_SOAP_TIMEOUT/ }),
  broken('truncated answer', applied({ truncate: 60 })),
  broken('no XML, not applied', { garbage: HTML }),
  broken('no XML', applied({ garbage: 'OK' })),
  broken('nothing', applied({ garbage: '' })),
  broken('XML that is not well-formed', applied({ garbage: EMPTY_BODY.replace('</soap:Body>', '') })),
  broken('no result', applied({ garbage: EMPTY_BODY }), { onlyWithResult: true }),
  broken('answer for another operation', applied({ wrongOperation: true }), {
    says: /another operation|empty Body|no fault, but/,
  }),
  broken('DOCTYPE with entities', applied({ doctype: true }), { says: /DOCTYPE/ }),
  broken('answer of 50 MiB', applied({ huge: 50 * MIB }), {
    exits: [0, NETWORK],
    onlyWithResult: true,
    isSlow: true,
  }),
  broken('answer of 70 MiB', applied({ huge: 70 * MIB }), { says: /64 MiB|larger than one object/, isSlow: true }),
  broken('answer of 70 MiB, compressed', applied({ huge: 70 * MIB, gzip: true }), {
    says: /64 MiB/,
    isSlow: true,
    isDoneWithout: 'OXUserService.listAll',
  }),
];
