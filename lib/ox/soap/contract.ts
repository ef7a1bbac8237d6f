/** The SOAP contract as built from the WSDL files: namespaces, services, operations, types. */
import contract from '#generated/contract.json' with { type: 'json' };

/** `[name, namespace, type, list]`: the type is an XML Schema type (`string`, `int`, …) or one of the service's types. */
export type FieldDescriptor = readonly [name: string, namespace: number, type: string, list: 0 | 1];

export interface OperationDescriptor {
  readonly namespace: number;
  readonly input: readonly FieldDescriptor[];
  /** The `return` element; null: the answer has an empty Body. */
  readonly result: FieldDescriptor | null;
}

export interface ServiceDescriptor {
  readonly operations: Readonly<Record<string, OperationDescriptor>>;
  readonly types: Readonly<Record<string, readonly FieldDescriptor[]>>;
}

export const NAMESPACES: readonly string[] = contract.namespaces;

const TEXTS: Readonly<Record<string, string>> = contract.services;
const services = new Map<string, ServiceDescriptor>();

export function describeService(service: string): ServiceDescriptor {
  const known = services.get(service);
  if (known) {
    return known;
  }
  const text = TEXTS[service];
  if (text === undefined) {
    throw new Error(`no service ${service}`);
  }
  const read = JSON.parse(text) as ServiceDescriptor;
  services.set(service, read);
  return read;
}

export function describeOperation(service: string, operation: string): OperationDescriptor {
  const found = describeService(service).operations[operation];
  if (!found) {
    throw new Error(`no operation ${service}.${operation}`);
  }
  return found;
}
