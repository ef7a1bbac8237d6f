/** Reads the WSDL files into what reading requests and writing answers need. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml, type XmlElement } from './xml.ts';

export type SimpleType = 'string' | 'int' | 'long' | 'boolean' | 'date' | 'base64Binary' | 'anyType';

export interface FieldSpec {
  name: string;
  ns: string;
  type: SimpleType | TypeSpec;
  list: boolean;
  nillable: boolean;
  /** Tags as this service writes them. */
  open: string;
  close: string;
  nil: string;
}

export interface TypeSpec {
  name: string;
  fields: FieldSpec[];
  byName: Map<string, FieldSpec>;
}

export interface OperationSpec {
  name: string;
  input: TypeSpec;
  /** Null for operations without result: their answer is an empty Body. */
  output: TypeSpec | null;
}

export interface ServiceSpec {
  name: string;
  ns: string;
  operations: Map<string, OperationSpec>;
  prefixes: Prefixes;
  wsdl: string;
}

/** Prefixes differ per service, so that nobody gets away with matching by prefix; '' is the default namespace. */
interface Prefixes {
  main: string;
  objects: string;
  rmi: string;
}

const PREFIXES: Readonly<Record<string, Prefixes>> = {
  OXContextService: { main: '', objects: 'ns2', rmi: 'ns3' },
  OXUserService: { main: 'ns2', objects: '', rmi: 'ns3' },
  OXGroupService: { main: 'ns4', objects: 'ns2', rmi: 'ns3' },
  OXResourceService: { main: '', objects: 'ax21', rmi: 'ax22' },
  OXSecondaryAccountService: { main: 'ns3', objects: '', rmi: 'ns2' },
  OXUserCopyService: { main: 'ns1', objects: 'ns5', rmi: 'ns6' },
  OXUtilService: { main: '', objects: 'ns2', rmi: 'ns3' },
};

export const OBJECTS = 'http://dataobjects.soap.admin.openexchange.com/xsd';
export const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
const SIMPLE: readonly string[] = ['string', 'int', 'long', 'boolean', 'date', 'base64Binary', 'anyType'];

export function readContract(directory: string): Map<string, ServiceSpec> {
  return new Map(
    Object.keys(PREFIXES).map((name) => {
      const wsdl = readFileSync(join(directory, `${name}.wsdl`), 'utf8');
      return [name, readService(name, wsdl)];
    }),
  );
}

export function readService(name: string, wsdl: string): ServiceSpec {
  const prefixes = PREFIXES[name] ?? { main: '', objects: 'ns2', rmi: 'ns3' };
  const root = parseXml(wsdl);
  const ns = attribute(root, 'targetNamespace') ?? '';
  const reader = new SchemaReader(ns, prefixes);
  for (const schema of children(children(root, 'types')[0], 'schema')) reader.add(schema);

  const operations = new Map<string, OperationSpec>();
  for (const operation of children(children(root, 'portType')[0], 'operation')) {
    const operationName = attribute(operation, 'name') ?? '';
    const input = reader.element(operationName);
    if (input === null) throw new Error(`${name}: no element for ${operationName}`);
    operations.set(operationName, { name: operationName, input, output: reader.element(`${operationName}Response`) });
  }
  return { name, ns, operations, prefixes, wsdl };
}

class SchemaReader {
  readonly #main: string;
  readonly #prefixes: Prefixes;
  readonly #elements = new Map<string, XmlElement>();
  readonly #types = new Map<string, { declaration: XmlElement; ns: string }>();
  readonly #done = new Map<string, TypeSpec>();

  constructor(main: string, prefixes: Prefixes) {
    this.#main = main;
    this.#prefixes = prefixes;
  }

  add(schema: XmlElement): void {
    const ns = attribute(schema, 'targetNamespace') ?? '';
    for (const child of schema.children) {
      const name = attribute(child, 'name') ?? '';
      if (child.name === 'element' && ns === this.#main) this.#elements.set(name, child);
      if (child.name === 'complexType') this.#types.set(name, { declaration: child, ns });
    }
  }

  element(name: string): TypeSpec | null {
    const found = this.#elements.get(name);
    if (found === undefined) return null;
    return this.#typeOf(name, children(found, 'complexType')[0], this.#main);
  }

  #typeOf(name: string, declaration: XmlElement | undefined, ns: string): TypeSpec {
    const type: TypeSpec = { name, fields: [], byName: new Map() };
    if (ns !== this.#main) this.#done.set(name, type);
    for (const child of children(children(declaration, 'sequence')[0], 'element')) {
      const field = this.#field(child, ns);
      type.fields.push(field);
      type.byName.set(field.name, field);
    }
    return type;
  }

  #field(element: XmlElement, ns: string): FieldSpec {
    const name = attribute(element, 'name') ?? '';
    const prefix = ns === OBJECTS ? this.#prefixes.objects : ns === RMI ? this.#prefixes.rmi : this.#prefixes.main;
    const tag = prefix === '' ? name : `${prefix}:${name}`;
    return {
      name,
      ns,
      type: this.#named(attribute(element, 'type') ?? ''),
      list: attribute(element, 'maxOccurs') !== undefined,
      nillable: attribute(element, 'nillable') === 'true',
      open: `<${tag}>`,
      close: `</${tag}>`,
      nil: `<${tag} xsi:nil="true"/>`,
    };
  }

  #named(qname: string): SimpleType | TypeSpec {
    const name = qname.slice(qname.indexOf(':') + 1);
    if (qname.startsWith('xs:') && SIMPLE.includes(name)) return name as SimpleType;
    const done = this.#done.get(name);
    if (done !== undefined) return done;
    const found = this.#types.get(name);
    if (found === undefined) throw new Error(`unknown type ${qname}`);
    return this.#typeOf(name, found.declaration, found.ns);
  }
}

function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((a) => a.name === name)?.value;
}

function children(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}
