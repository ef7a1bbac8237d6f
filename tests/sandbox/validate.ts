/** Checks messages against the schemas inside the WSDL files, with libxml2: stricter than OX itself. */

import type { ServiceSpec } from './contract.ts';

/** Null when valid, otherwise what is wrong. */
export type Validate = (service: ServiceSpec, xml: string, kind: 'request' | 'answer') => string | null;

const BODY = '/soap:Envelope/soap:Body';
const ANSWER = `${BODY}/*[not(self::soap:Fault)] | ${BODY}/soap:Fault/detail/*`;
const NAMESPACES = { soap: 'http://schemas.xmlsoap.org/soap/envelope/' };

/** Loads libxml2 only when asked for; compiles each service's schemas once. */
export async function createValidator(): Promise<Validate> {
  const {
    ParseOption,
    XmlBufferInputProvider,
    XmlDocument,
    XmlElement,
    XmlLibError,
    XsdValidator,
    xmlRegisterInputProvider,
  } = await import('libxml2-wasm');
  const files = new XmlBufferInputProvider({});
  xmlRegisterInputProvider(files);
  const validators = new Map<ServiceSpec, InstanceType<typeof XsdValidator>>();

  function validatorOf(service: ServiceSpec): InstanceType<typeof XsdValidator> {
    const known = validators.get(service);
    if (known !== undefined) return known;
    const schemas = schemaFiles(service, `${validators.size}-${service.name}`);
    for (const [name, text] of schemas) files.addBuffer(name, Buffer.from(text));
    using driver = XmlDocument.fromString(driverSchema(schemas), { url: `${validators.size}-driver.xsd` });
    const validator = XsdValidator.fromDoc(driver);
    validators.set(service, validator);
    return validator;
  }

  return function validate(service, xml, kind) {
    const validator = validatorOf(service);
    try {
      using document = XmlDocument.fromString(xml, {
        option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_HUGE,
      });
      const parts = document.find(kind === 'request' ? `${BODY}/*` : ANSWER, NAMESPACES);
      if (kind === 'request' && parts.length !== 1) return `${parts.length} elements in soap:Body`;
      for (const part of parts) {
        if (part instanceof XmlElement) validator.validate(part);
      }
      return null;
    } catch (cause) {
      if (!(cause instanceof XmlLibError)) throw cause;
      return messageOf(cause);
    }
  };
}

function messageOf(cause: { message: string; details: { message: string }[] }): string {
  return cause.details.map((detail) => detail.message.trim()).join('; ') || cause.message;
}

/** File name to schema: each xs:schema of the WSDL on its own, imports with a location. */
function schemaFiles(service: ServiceSpec, prefix: string): Map<string, string> {
  const definitions = /<wsdl:definitions[^>]*>/.exec(service.wsdl)?.[0] ?? '';
  const declarations = [...definitions.matchAll(/xmlns:\w+="[^"]*"/g)].map((match) => match[0]).join(' ');
  const schemas = service.wsdl.match(/<xs:schema [\s\S]*?<\/xs:schema>/g) ?? [];
  const files = new Map<string, string>();
  for (const schema of schemas) {
    const ns = /targetNamespace="([^"]*)"/.exec(schema)?.[1] ?? '';
    const declared = schema
      .replaceAll(/xmlns:\w+="[^"]*"/g, '')
      .replace('<xs:schema ', `<xs:schema ${declarations} `)
      .replaceAll(
        /<xs:import namespace="([^"]*)"\/>/g,
        (_all, other: string) => `<xs:import namespace="${other}" schemaLocation="${fileName(prefix, other)}"/>`,
      );
    files.set(fileName(prefix, ns), declared);
  }
  return files;
}

function driverSchema(files: Map<string, string>): string {
  const imports = [...files].map(([name, text]) => {
    const ns = /targetNamespace="([^"]*)"/.exec(text)?.[1];
    return `<xs:import namespace="${ns}" schemaLocation="${name}"/>`;
  });
  return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:driver">${imports.join('')}</xs:schema>`;
}

function fileName(prefix: string, ns: string): string {
  return `${prefix}-${ns.replaceAll(/\W+/g, '-')}.xsd`;
}
