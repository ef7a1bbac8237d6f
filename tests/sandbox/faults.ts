/** The faults of OX and how they look on the wire (docs/ox.md, "Faults"). */

import { escapeXml } from './xml.ts';

const PACKAGE = 'com.openexchange.admin.rmi.exceptions';
const JVM = -225208343;
let count = 0;

export class OxFault extends Error {
  readonly code: string;
  /** Name of the exception, null when the fault has no detail. */
  readonly exception: string | null;
  /** How many exceptionIds end the text. */
  readonly ids: number;

  constructor(code: string, exception: string | null, text: string, ids: number) {
    super(text);
    this.code = code;
    this.exception = exception;
    this.ids = ids;
  }
}

export function fault(exception: string, text: string): OxFault {
  return new OxFault('soap:Server', exception, text, 1);
}

export function invalidData(text: string): OxFault {
  return fault('InvalidDataException', text);
}

export function storageFault(text: string): OxFault {
  return fault('StorageException', text);
}

/** Texts of OX's own layers: a code, a category, and words. */
export function codedFault(code: string, category: string, message: string): OxFault {
  return storageFault(`${code} Categories=${category} Message='${message}' exceptionID=${JVM}-${++count}`);
}

/** What a null argument gives in most operations: no text at all. */
export function nullArgument(): OxFault {
  return invalidData('');
}

export function clientFault(text: string): OxFault {
  return new OxFault('soap:Client', null, text, 0);
}

/** An unexpected Java error: no detail. */
export function serverError(text = 'Fault occurred while processing.'): OxFault {
  return new OxFault('soap:Server', null, text, 0);
}

export function missingList(name: string): OxFault {
  return serverError(`Cannot invoke "java.util.List.size()" because "${name}" is null`);
}

/** A name that cannot be resolved arrives wrapped twice. */
export function unresolvedName(exception: string, text: string): OxFault {
  const wrapped = `${PACKAGE}.NoSuchObjectException: ${PACKAGE}.${exception}: ${text}`;
  return new OxFault('soap:Server', exception, wrapped, 3);
}

/** Wrapped once, as for the admin user of a new context. */
export function asStorageFault(cause: OxFault): OxFault {
  return new OxFault('soap:Server', 'StorageException', `${PACKAGE}.${cause.exception}: ${cause.message}`, 2);
}

export function faultXml(fault: OxFault, namespace: string): string {
  const ids = Array.from({ length: fault.ids }, () => `; exceptionId ${JVM}-${++count}`).join('');
  const text = escapeXml(fault.message + ids);
  const detail = fault.exception === null ? '' : `<detail>${detailXml(fault.exception, text, namespace)}</detail>`;
  return (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>' +
    `<faultcode>${fault.code}</faultcode><faultstring>${text}</faultstring>${detail}` +
    '</soap:Fault></soap:Body></soap:Envelope>'
  );
}

function detailXml(exception: string, text: string, namespace: string): string {
  const copy = namespace.includes('copy');
  const parts = ['<Exception xsi:nil="true"/>'];
  if (exception === 'InvalidDataException') {
    if (copy) parts.push('<exc:fieldnames xsi:nil="true"/>');
    parts.push('<exc:objectname xsi:nil="true"/>');
  }
  if (exception === 'RemoteException') {
    if (copy) parts.push('<jrmi:cause xsi:nil="true"/>');
    parts.push(`<jrmi:message>${text}</jrmi:message>`);
  }
  return (
    `<${exception} xmlns="${namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
    ' xmlns:exc="http://exceptions.rmi.admin.openexchange.com/xsd" xmlns:jrmi="http://rmi.java/xsd">' +
    `<${exception}>${parts.join('')}</${exception}></${exception}>`
  );
}
