/** Answers one SOAP call: read, judge, strike with a rule, apply, answer. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Applied, type Exchange, faultAnswer, type Sandbox } from './answer.ts';
import type { OperationSpec, ServiceSpec } from './contract.ts';
import { clientFault, OxFault, serverError } from './faults.ts';
import type { Journal } from './journal.ts';
import { perform } from './perform.ts';
import * as reading from './request.ts';
import { services } from './services/index.ts';
import { strike } from './strike.ts';
import type { Fields } from './values.ts';
import { answerXml } from './write.ts';
import { XmlError } from './xml.ts';

const MOST_ANSWERS = 256;

export function handleCall(
  sandbox: Sandbox,
  service: ServiceSpec,
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
): void {
  const { journal, world } = sandbox;
  const n = journal.next(request.socket, bytes.length);
  const call = readCall(sandbox, service, request, bytes, n);
  journal.count(service.name, call.name);
  const objects = reading.objectsOf(call.args);
  const context = reading.contextOf(call.args);

  const exchange: Exchange = {
    sandbox,
    n,
    service,
    operation: call.operation,
    response,
    context: context === null ? null : String(context),
    objects: objects.map(String),
    apply: (gapMs) => applyCall(sandbox, service, call, gapMs),
    send: (answer) => send(journal, request.socket, response, answer),
    settle(outcome) {
      if (!world.options.recordCalls) return;
      const record = { n, service: service.name, operation: call.name, context, object: objects[0] ?? null, outcome };
      journal.calls.push(world.options.recordBodies ? { ...record, body: call.xml } : record);
    },
  };

  const action = sandbox.rules.take({ ...exchange, service: service.name, operation: call.name });
  if (action !== null) {
    strike(exchange, action).catch((cause: unknown) => crash(cause));
    return;
  }
  const { latencyMs, randomLatencyMs } = world.options;
  answerIn(exchange, latencyMs, randomLatencyMs).catch((cause: unknown) => crash(cause));
}

interface ReadCall {
  /** Operation, or what stood in its place. */
  name: string;
  operation: OperationSpec | null;
  args: Fields;
  xml: string;
  refused: OxFault | null;
  violation(message: string): void;
}

function readCall(
  sandbox: Sandbox,
  service: ServiceSpec,
  request: IncomingMessage,
  bytes: Buffer,
  n: number,
): ReadCall {
  const { journal, world, validate } = sandbox;
  const call: ReadCall = {
    name: '?',
    operation: null,
    args: {},
    xml: '',
    refused: null,
    violation: (message) =>
      journal.violation({ n, service: service.name, operation: call.name, message, body: call.xml }),
  };
  const noted = reading.headerViolations(request);
  try {
    if (request.headers['content-encoding'] !== undefined) throw clientFault("Couldn't parse stream.");
    call.xml = reading.decodeBody(bytes, request.headers['content-type']);
    const element = reading.operationElement(call.xml);
    call.name = element.name;
    call.operation = reading.operationOf(element, service);
    const wrongAction = reading.actionViolation(request, call.name);
    if (wrongAction !== null) noted.push(wrongAction);
    call.args = reading.readArguments(element, call.operation, world.options.unknownElements);
  } catch (cause) {
    if (cause instanceof XmlError) noted.push(`not well-formed: ${cause.message}`);
    call.refused = cause instanceof XmlError ? reading.parseFault(cause) : asFault(cause);
  }
  for (const message of noted) call.violation(message);
  if (validate !== null && world.options.validate && call.xml !== '') {
    const invalid = validate(service, call.xml, 'request');
    if (invalid !== null) call.violation(`not valid: ${invalid}`);
  }
  return call;
}

async function applyCall(sandbox: Sandbox, service: ServiceSpec, call: ReadCall, gapMs: number): Promise<Applied> {
  const answer = await answerOf(sandbox, service, call, gapMs);
  const { validate, world } = sandbox;
  if (validate !== null && world.options.checkAnswers) {
    const invalid = validate(service, answer.xml, 'answer');
    if (invalid !== null) call.violation(`the sandbox's own answer is not valid: ${invalid}`);
  }
  return answer;
}

async function answerOf(sandbox: Sandbox, service: ServiceSpec, call: ReadCall, gapMs: number): Promise<Applied> {
  if (call.refused !== null || call.operation === null) return faultAnswer(service, call.refused ?? serverError());
  const handler = services[service.name]?.[call.name];
  if (handler === undefined) {
    call.violation('operation not implemented in the sandbox');
    return faultAnswer(service, serverError());
  }
  try {
    const { args, violation } = call;
    const started = { world: sandbox.world, operation: call.name, args, violation };
    const { result, waitedMs } = await perform(handler, started, gapMs);
    return { status: 200, xml: answerXml(service, call.operation, result ?? null), outcome: 'ok', waitedMs };
  } catch (cause) {
    return faultAnswer(service, asFault(cause));
  }
}

function asFault(cause: unknown): OxFault {
  if (cause instanceof OxFault) return cause;
  throw cause;
}

async function answerIn(exchange: Exchange, latency: number, random: number): Promise<void> {
  const total = Math.random() * random;
  const before = Math.random() * total;
  if (before > 0) await sleep(before);
  const rest = latency + total - before;
  const answer = await exchange.apply(rest / 2);
  exchange.settle(answer.outcome);
  if (rest > answer.waitedMs) await sleep(rest - answer.waitedMs);
  exchange.send(answer);
}

/** Chunked. A fault ends the connection, and so does the answer after 256 others on it. */
function send(journal: Journal, socket: Socket, response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.xml);
  journal.bytesOut += body.length;
  // Without it Node tells how long it keeps the connection; OX does not.
  response.removeHeader('Connection');
  if (answer.status >= 500 || journal.answered(socket) > MOST_ANSWERS) response.setHeader('Connection', 'close');
  response.writeHead(answer.status, { 'Content-Type': 'text/xml;charset=UTF-8', 'Transfer-Encoding': 'chunked' });
  response.end(body);
}

/** A bug of the sandbox must not look like an answer of OX. */
function crash(cause: unknown): never {
  console.error(cause);
  process.exit(70);
}
