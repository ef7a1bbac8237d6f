/** What a fault rule does to a call: delays, lost connections, broken answers, killed processes. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { type Answer, type Exchange, faultAnswer } from './answer.ts';
import { OxFault } from './faults.ts';
import type { RuleAction } from './types.ts';
import { answerXml, EMPTY_ANSWER } from './write.ts';

const XML = 'text/xml;charset=UTF-8';
const REPLACING = ['fault', 'status', 'redirect', 'truncate', 'garbage', 'wrongOperation', 'huge', 'hugeList'] as const;
const BOMB =
  '<!DOCTYPE soap:Envelope [<!ENTITY a "aaaaaaaaaaaaaaaa">' +
  [...'bcdefgh'].map((name, i) => `<!ENTITY ${name} "${`&${'abcdefg'[i]};`.repeat(16)}">`).join('') +
  ']>';

export async function strike(exchange: Exchange, action: RuleAction): Promise<void> {
  const applies = action.applied ?? appliesByDefault(action);
  const note = (applied: boolean): void => exchange.settle(describe(action, applied));
  const early = action.applied === true;

  if (action.reset === 'during') {
    exchange.response.socket?.resetAndDestroy();
    note(true);
    await exchange.apply(action.delay ?? 0);
    return;
  }
  if (action.delay !== undefined && !early) await sleep(action.delay);
  if (action.kill !== undefined && (action.when ?? 'before') === 'before') kill(action.kill, action.signal);
  if (action.reset === 'before') {
    note(false);
    exchange.response.socket?.resetAndDestroy();
    return;
  }
  if (action.hang === 'before') {
    note(false);
    return;
  }

  const answer = applies ? await exchange.apply(0) : emptyAnswer(exchange);
  if (action.kill !== undefined && action.when === 'after') kill(action.kill, action.signal);
  if (action.delay !== undefined && early) await sleep(action.delay);
  if (isPlain(action) && applies) exchange.settle(answer.outcome);
  else note(applies);
  if (action.reset === 'after') {
    exchange.response.socket?.resetAndDestroy();
    return;
  }
  if (action.hang === 'after') return;
  if (action.kill !== undefined && !applies) {
    exchange.response.socket?.destroy();
    return;
  }
  await answerWith(exchange, action, answer);
}

/** A killed client's call counts as lost unless it dies after it. */
function appliesByDefault(action: RuleAction): boolean {
  if (action.kill !== undefined) return action.when === 'after' || (action.signal ?? 'SIGKILL') !== 'SIGKILL';
  return !REPLACING.some((key) => action[key] !== undefined);
}

/** Ends in OX's own answer, whatever happened before. */
function isPlain(action: RuleAction): boolean {
  return action.reset === undefined && action.hang === undefined && !REPLACING.some((key) => action[key] !== undefined);
}

function describe(action: RuleAction, applied: boolean): string {
  const what = Object.entries(action).filter(([key]) => !['applied', 'body', 'headers', 'contentType'].includes(key));
  const text = what.map(([key, value]) => `${key} ${typeof value === 'object' ? value.text : value}`).join(', ');
  return `rule: ${text} (${applied ? 'applied' : 'not applied'})`;
}

/** A process that is gone already needs no killing. */
function kill(pid: number, signal = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
  }
}

function emptyAnswer({ service, operation }: Exchange): Answer {
  const xml = operation === null ? EMPTY_ANSWER : answerXml(service, operation, null);
  return { status: 200, xml, outcome: 'ok' };
}

async function answerWith(exchange: Exchange, action: RuleAction, answer: Answer): Promise<void> {
  const { response, service } = exchange;
  if (action.fault !== undefined) {
    const { code = 'soap:Server', exception = null, text } = action.fault;
    exchange.send(faultAnswer(service, new OxFault(code, exception, text, exception === null ? 0 : 1)));
    return;
  }
  if (action.redirect !== undefined) {
    response.writeHead(action.status ?? 302, { Location: action.redirect, 'Content-Length': 0 }).end();
    return;
  }
  if (action.status !== undefined) {
    const type = action.contentType ?? 'text/html';
    response.writeHead(action.status, { 'Content-Type': type, ...action.headers }).end(action.body ?? '');
    return;
  }
  if (action.huge !== undefined) return sendHuge(exchange, action.huge, action.gzip === true);
  if (action.hugeList !== undefined) return sendHugeList(exchange, action.hugeList);
  if (action.truncate !== undefined) {
    const body = Buffer.from(answer.xml);
    response.writeHead(answer.status, { 'Content-Type': XML, 'Content-Length': body.length });
    response.flushHeaders();
    response.write(body.subarray(0, action.truncate), () => response.socket?.destroy());
    return;
  }
  sendPlain(exchange, action, { ...answer, xml: replaced(exchange, action, answer.xml) });
}

function replaced(exchange: Exchange, action: RuleAction, xml: string): string {
  if (action.garbage !== undefined) return action.garbage;
  if (action.wrongOperation === true) return otherAnswer(exchange);
  if (action.doctype !== true) return xml;
  return BOMB + xml.replace('<soap:Body>', '<soap:Header><bomb>&h;</bomb></soap:Header><soap:Body>');
}

function sendPlain(exchange: Exchange, action: RuleAction, answer: Answer): void {
  if (action.gzip !== true && action.headers === undefined && action.contentType === undefined) {
    exchange.send(answer);
    return;
  }
  const body = action.gzip === true ? gzipSync(answer.xml) : Buffer.from(answer.xml);
  exchange.response.writeHead(answer.status, {
    'Content-Type': action.contentType ?? XML,
    'Content-Length': body.length,
    ...(action.gzip === true ? { 'Content-Encoding': 'gzip' } : {}),
    ...action.headers,
  });
  exchange.response.end(body);
}

function otherAnswer({ service, operation }: Exchange): string {
  for (const other of service.operations.values()) {
    if (other.name !== operation?.name && other.output !== null) return answerXml(service, other, null);
  }
  return EMPTY_ANSWER.replace('<soap:Body>', `<soap:Body><otherResponse xmlns="${service.ns}"/>`);
}

/** One element with very long text. */
function sendHuge(exchange: Exchange, bytes: number, gzip: boolean): Promise<void> {
  const chunk = Buffer.alloc(65536, 'a');
  return sendLong(exchange, gzip, function* (frame) {
    const tags = '<return></return>';
    yield '<return>';
    for (let left = bytes - frame - tags.length; left > 0; left -= chunk.length) {
      yield left < chunk.length ? chunk.subarray(0, left) : chunk;
    }
    yield '</return>';
  });
}

/** Many elements, each of the size that OX gives a user. */
function sendHugeList(exchange: Exchange, bytes: number): Promise<void> {
  const element = Buffer.from(`<return><a>${'a'.repeat(4000)}</a></return>`);
  return sendLong(exchange, false, function* () {
    for (let sent = 0; sent < bytes; sent += element.length) yield element;
  });
}

/** An answer that is made while it is sent. `content` is told the size of what is around it. */
async function sendLong(
  { response, service, operation }: Exchange,
  gzip: boolean,
  content: (frame: number) => Iterable<Buffer | string>,
): Promise<void> {
  const [head = '', tail = ''] = EMPTY_ANSWER.split('</soap:Body>');
  const name = `${operation?.name ?? 'x'}Response`;
  const start = `${head}<${name} xmlns="${service.ns}">`;
  const end = `</${name}></soap:Body>${tail}`;

  function* whole(): Generator<Buffer> {
    yield Buffer.from(start);
    for (const piece of content(Buffer.byteLength(start + end)))
      yield typeof piece === 'string' ? Buffer.from(piece) : piece;
    yield Buffer.from(end);
  }
  response.writeHead(200, { 'Content-Type': XML, ...(gzip ? { 'Content-Encoding': 'gzip' } : {}) });
  const source = Readable.from(whole());
  // A client that has had enough hangs up: that is what this rule is for.
  await (gzip ? pipeline(source, createGzip(), response) : pipeline(source, response)).catch(() => undefined);
}
