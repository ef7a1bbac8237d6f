/** Answers one SOAP call: read, judge, strike with a rule, apply, answer. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Exchange, faultAnswer, type Sandbox } from './answer.ts';
import type { OperationSpec, ServiceSpec } from './contract.ts';
import { OxFault, serverError } from './faults.ts';
import type { Journal } from './journal.ts';
import * as reading from './request.ts';
import { services } from './services/index.ts';
import { strike } from './strike.ts';
import type { Fields } from './values.ts';
import { answerXml } from './write.ts';
import { XmlError } from './xml.ts';

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
    apply: () => applyCall(sandbox, service, call),
    send: (answer) => send(journal, response, answer),
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
  if (latencyMs > 0 || randomLatencyMs > 0) {
    answerSlowly(exchange, latencyMs, randomLatencyMs).catch((cause: unknown) => crash(cause));
    return;
  }
  const answer = exchange.apply();
  exchange.settle(answer.outcome);
  exchange.send(answer);
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

function applyCall(sandbox: Sandbox, service: ServiceSpec, call: ReadCall): Answer {
  const answer = answerOf(sandbox, service, call);
  const { validate, world } = sandbox;
  if (validate !== null && world.options.checkAnswers) {
    const invalid = validate(service, answer.xml, 'answer');
    if (invalid !== null) call.violation(`the sandbox's own answer is not valid: ${invalid}`);
  }
  return answer;
}

function answerOf(sandbox: Sandbox, service: ServiceSpec, call: ReadCall): Answer {
  if (call.refused !== null || call.operation === null) return faultAnswer(service, call.refused ?? serverError());
  const handler = services[service.name]?.[call.name];
  if (handler === undefined) {
    call.violation('operation not implemented in the sandbox');
    return faultAnswer(service, serverError());
  }
  try {
    const { args, violation } = call;
    const result = handler({ world: sandbox.world, operation: call.name, args, violation });
    return { status: 200, xml: answerXml(service, call.operation, result ?? null), outcome: 'ok' };
  } catch (cause) {
    return faultAnswer(service, asFault(cause));
  }
}

function asFault(cause: unknown): OxFault {
  if (cause instanceof OxFault) return cause;
  throw cause;
}

async function answerSlowly(exchange: Exchange, latency: number, random: number): Promise<void> {
  const total = Math.random() * random;
  const before = Math.random() * total;
  if (before > 0) await sleep(before);
  const answer = exchange.apply();
  exchange.settle(answer.outcome);
  await sleep(latency + total - before);
  exchange.send(answer);
}

function send(journal: Journal, response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.xml);
  journal.bytesOut += body.length;
  response.writeHead(answer.status, { 'Content-Type': 'text/xml;charset=UTF-8', 'Content-Length': body.length });
  response.end(body);
}

/** A bug of the sandbox must not look like an answer of OX. */
function crash(cause: unknown): never {
  console.error(cause);
  process.exit(70);
}
