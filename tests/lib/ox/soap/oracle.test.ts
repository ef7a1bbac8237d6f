/**
 * strong-soap's own serializer as the oracle: for every operation that is used, its request and ours are the same tree.
 * What strong-soap is known to do differently is left out of the input or undone here, and shown in serializer.test.ts:
 * it takes CDATA marks in values for markup, and adds a `Z` to dates.
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { loadWsdl, USED } from '../../../../build/contract.ts';
import {
  describeOperation,
  describeService,
  type FieldDescriptor,
  type ServiceDescriptor,
} from '../../../../lib/ox/soap/contract.ts';
import { serialize } from '../../../../lib/ox/soap/serializer.ts';
import { parseXml, type XmlElement } from '../../../sandbox/xml.ts';

type Values = Record<string, unknown>;

interface SoapClient {
  readonly lastRequest: string;
  readonly [operation: string]: unknown;
}

const { soap } = createRequire(join(process.cwd(), 'package.json'))('strong-soap') as {
  soap: { Client: new (wsdl: unknown, url: string, options: object) => SoapClient };
};

/** Never sends anything. */
const httpClient = { options: { prettyPrint: false }, request: () => ({ headers: {} }) };

function clientOf(service: string): SoapClient {
  return new soap.Client(loadWsdl(resolve(`schemas/soap/${service}.wsdl`)), 'http://127.0.0.1:9', { httpClient });
}

function oracle(client: SoapClient, service: string, operation: string, input: Values): string {
  const call = client[operation] as (input: Values, done: () => void) => void;
  // It takes an operation without result for one without wrapper.
  call.call(client, describeOperation(service, operation).result ? input : { [operation]: input }, () => undefined);
  return client.lastRequest;
}

type Tree = readonly [name: string, nil: boolean, content: string | readonly Tree[]];

function treeOf({ ns, name, nil, children, text }: XmlElement): Tree {
  return [
    `{${ns}}${name}`,
    nil,
    children.length > 0 ? children.map(treeOf) : text.replace(/^(\d{4}-\d\d-\d\d)Z$/, '$1'),
  ];
}

/** strong-soap adds an empty Header. */
function bodyOf(xml: string): Tree | undefined {
  const body = parseXml(xml).children.find(({ name }) => name === 'Body');
  return body && treeOf(body);
}

/** Characters that XML can carry, the awkward ones often. */
const text = fc
  .string({
    unit: fc.constantFrom(...'aB1 ä€😀&<>"\'\r\n\t;]['.split(''), ']]>', '&amp;', '&#10;', '</', '<!--', '{', '$'),
    maxLength: 12,
  })
  .filter((each) => each.isWellFormed());

const SCALARS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: text,
  boolean: fc.boolean(),
  int: fc.integer(),
  long: fc.maxSafeInteger(),
  date: fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10)),
  base64Binary: fc.base64String({ maxLength: 40 }),
};

/** Of the contract: they may be absent, but not nil. */
const NOT_NILLABLE = new Set([
  'contextadmin',
  'entity',
  'group',
  'imapPort',
  'length',
  'offset',
  'privilege',
  'smtpPort',
]);

function valuesOf(service: ServiceDescriptor, fields: readonly FieldDescriptor[], depth: number): fc.Arbitrary<Values> {
  const known = fields.filter(([, , type]) => type in SCALARS || depth > 0);
  // In any order, most of them absent.
  return fc
    .shuffledSubarray(known, { minLength: 1, maxLength: Math.min(known.length, 12) })
    .chain((some) => fc.record(Object.fromEntries(some.map((field) => [field[0], fieldOf(service, field, depth)]))));
}

function fieldOf(
  service: ServiceDescriptor,
  [name, , type, list]: FieldDescriptor,
  depth: number,
): fc.Arbitrary<unknown> {
  const one = SCALARS[type] ?? valuesOf(service, service.types[type] ?? [], depth - 1);
  if (list) {
    return fc.array(one, { maxLength: 3 });
  }
  return NOT_NILLABLE.has(name) ? one : fc.option(one, { freq: 5 });
}

describe.each(Object.entries(USED))('%s', (service, operations) => {
  const client = clientOf(service);
  const descriptor = describeService(service);

  it.each(operations)('%s', (operation) => {
    const { input } = describeOperation(service, operation);
    fc.assert(
      fc.property(valuesOf(descriptor, input, 3), (values) => {
        expect(bodyOf(serialize(service, operation, values))).toEqual(
          bodyOf(oracle(client, service, operation, values)),
        );
      }),
      { numRuns: 60 },
    );
  });
});
