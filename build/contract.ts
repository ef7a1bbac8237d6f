/**
 * Turns the WSDL files into the compact contract that the SOAP layer works with: for each service its operations, the
 * fields of their parameters and results in schema order, and TypeScript types for them.
 * Only what the connector calls is kept (`USED`). strong-soap reads the WSDL.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { FieldDescriptor, OperationDescriptor, ServiceDescriptor } from '../lib/ox/soap/contract.ts';

/** The operations the connector calls; all others are left out of the contract. */
export const USED: Readonly<Record<string, readonly string[]>> = {
  OXContextService: ['change', 'create', 'delete', 'exists', 'getData', 'listAll'],
  OXUserService: [
    'change',
    'changeByModuleAccess',
    'create',
    'createByModuleAccess',
    'delete',
    'exists',
    'getContextAdmin',
    'getData',
    'getModuleAccess',
    'getMultipleData',
    'list',
    'listAll',
  ],
  OXGroupService: ['addMember', 'change', 'create', 'delete', 'getData', 'listAll', 'listGroupsForUser'],
  OXResourceService: ['change', 'create', 'delete', 'getData', 'listAll'],
  OXSecondaryAccountService: ['create', 'delete', 'list', 'update'],
  OXUserCopyService: ['copyUser'],
  OXUtilService: ['getVersion'],
};

/** Parameters that newer servers have than the WSDL files are of: each stands before `auth` (docs/adr/0011-newer-servers.md). */
const NEWER: readonly (readonly [service: string, operation: string, name: string, type: string])[] = [
  ['OXUserService', 'create', 'convertguest', 'boolean'],
  ['OXUserService', 'createByModuleAccess', 'convertguest', 'boolean'],
];

export interface ContractDescriptor {
  readonly namespaces: readonly string[];
  readonly services: Readonly<Record<string, ServiceDescriptor>>;
}

/** The parts of strong-soap's parsed WSDL that are read here. */
interface WsdlNode {
  readonly name: string;
  readonly nsURI: string;
  readonly $name: string;
  readonly $type?: string;
  readonly $maxOccurs?: string;
  readonly targetNamespace: string;
  readonly children: readonly WsdlNode[];
}
interface WsdlSchema {
  readonly elements: Record<string, WsdlNode>;
  readonly complexTypes: Record<string, WsdlNode>;
}
interface WsdlDefinitions {
  readonly targetNamespace: string;
  readonly $targetNamespace: string;
  readonly schemas: Record<string, WsdlSchema>;
  readonly services: Record<
    string,
    { ports: Record<string, { binding: { operations: Record<string, WsdlOperation> } }> }
  >;
}
interface WsdlOperation {
  readonly output?: { readonly message?: { readonly parts?: Record<string, unknown> } };
}
interface Wsdl {
  readonly definitions: WsdlDefinitions;
  loadSync(): void;
}

export function loadWsdl(file: string): Wsdl {
  const require = createRequire(join(process.cwd(), 'package.json'));
  const { soap } = require('strong-soap') as {
    soap: { WSDL: new (text: string, uri: string, options: object) => Wsdl };
  };
  const wsdl = new soap.WSDL(withNewer(readFileSync(file, 'utf8'), basename(file, '.wsdl')), `mem:${file}`, {
    WSDL_CACHE: {},
  });
  wsdl.loadSync();
  return wsdl;
}

function withNewer(wsdl: string, service: string): string {
  const newer = NEWER.filter(([each]) => each === service);
  return newer.reduce((text, [, operation, name, type]) => {
    const parameters = new RegExp(`(<xs:element name="${operation}">.*?)(<xs:element name="auth")`, 's');
    return text.replace(parameters, `$1<xs:element name="${name}" type="xs:${type}" minOccurs="0" nillable="true"/>$2`);
  }, wsdl);
}

/** Reads the WSDL files below `directory`; throws where they lack a used operation. */
export function makeContract(directory: string): ContractDescriptor {
  const namespaces: string[] = [];
  const services: Record<string, ServiceDescriptor> = {};
  for (const [service, operations] of Object.entries(USED)) {
    services[service] = describeService(
      loadWsdl(join(directory, `${service}.wsdl`)).definitions,
      operations,
      namespaces,
    );
  }
  return { namespaces, services };
}

function describeService(wsdl: WsdlDefinitions, used: readonly string[], namespaces: string[]): ServiceDescriptor {
  const types: Record<string, readonly FieldDescriptor[]> = {};
  const home = wsdl.$targetNamespace;
  const [service] = Object.values(wsdl.services);
  const [port] = Object.values(service?.ports ?? {});

  const describeField = (element: WsdlNode, namespace: string): FieldDescriptor => {
    const type = (element.$type ?? '').replace(/^.*:/, '');
    if (!(element.$type ?? '').startsWith('xs:')) {
      describeType(type);
    }
    return [element.$name, indexOf(namespaces, namespace), type, element.$maxOccurs === 'unbounded' ? 1 : 0];
  };
  const describeType = (type: string): void => {
    if (types[type]) {
      return;
    }
    for (const [namespace, schema] of Object.entries(wsdl.schemas)) {
      const found = schema.complexTypes[type];
      if (found) {
        types[type] = [];
        types[type] = sequenceOf(found).map((element) => describeField(element, namespace));
        return;
      }
    }
    throw new Error(`type ${type} is not defined`);
  };
  const parametersOf = (element: WsdlNode | undefined): readonly FieldDescriptor[] => {
    const complex = element?.children[0];
    return complex ? sequenceOf(complex).map((child) => describeField(child, home)) : [];
  };

  const operations: Record<string, OperationDescriptor> = {};
  for (const operation of used) {
    const binding = port?.binding.operations[operation];
    const element = wsdl.schemas[home]?.elements[operation];
    if (!binding || !element) {
      throw new Error(`operation ${operation} is not in the WSDL`);
    }
    const hasResult = Object.keys(binding.output?.message?.parts ?? {}).length > 0;
    const result = hasResult ? parametersOf(wsdl.schemas[home]?.elements[`${operation}Response`])[0] : undefined;
    operations[operation] = {
      namespace: indexOf(namespaces, home),
      input: parametersOf(element),
      result: result ?? null,
    };
  }
  return { operations, types };
}

function sequenceOf(node: WsdlNode): readonly WsdlNode[] {
  return node.children.find((child) => child.name === 'sequence')?.children ?? [];
}

function indexOf(list: string[], item: string): number {
  const found = list.indexOf(item);
  return found >= 0 ? found : list.push(item) - 1;
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  date: 'string',
  base64Binary: 'string',
  anyType: 'string',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
};

/** TypeScript: one interface per type, and per service the operations as `{ input, result }`. */
export function makeTypes(contract: ContractDescriptor): string {
  const lines = ['/** Made from the WSDL files by build/contract.ts. */'];
  const field = (service: string, [name, , type, list]: FieldDescriptor): string =>
    `  ${name}?: ${SCALARS[type] ?? `${service}_${type}`}${list ? '[]' : ''} | null;`;
  for (const [service, { types, operations }] of Object.entries(contract.services)) {
    for (const [type, fields] of Object.entries(types)) {
      lines.push(`export interface ${service}_${type} {`, ...fields.map((each) => field(service, each)), '}');
    }
    lines.push(`export interface ${service} {`);
    for (const [operation, { input, result }] of Object.entries(operations)) {
      const output = result
        ? `${SCALARS[result[2]] ?? `${service}_${result[2]}`}${result[3] ? '[]' : ' | null'}`
        : 'null';
      lines.push(`  ${operation}: {`, '    input: {', ...input.map((each) => `    ${field(service, each)}`), '    };');
      lines.push(`    result: ${output};`, '  };');
    }
    lines.push('}');
  }
  lines.push(
    `export interface Contract {\n${Object.keys(contract.services)
      .map((s) => `  ${s}: ${s};`)
      .join('\n')}\n}`,
  );
  return `${lines.join('\n')}\n`;
}
