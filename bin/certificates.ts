/** The CA certificates https servers are verified with: those of the settings, and those the administrator keeps in DATA. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectorError } from '../lib/errors/connector-error.ts';
import { ifThere } from '../lib/files/durable.ts';
import { type Settings, SYSTEM_CERTIFICATES } from '../lib/settings/settings.ts';

/** PEM. `directory`: all of its `*.crt` files count too; it need not exist. Throws SETTINGS_INVALID. */
export function readCertificates(file: string, directory: string): string {
  return [readGiven(file), ...listCertificates(directory).map(readOwn)].join('\n');
}

/** As the settings and the data directory have them; read when they are asked for. */
export function certificatesOf({ caFile, dataDirectory }: Settings): () => string {
  return () => readCertificates(caFile, join(dataDirectory, 'conf', 'ca-certificates'));
}

/** Bundles hold much beside certificates, and the system's need not be looked at each time: one that is good is enough. */
function readGiven(file: string): string {
  const remedy =
    'Correct OX_SOAP_CA_FILE (or REQUESTS_CA_BUNDLE, SSL_CERT_FILE): a file of CA certificates in PEM form. Where none is set: ' +
    'install the package ca-certificates.';
  const text = read(file, remedy);
  if (file !== SYSTEM_CERTIFICATES && !blocksOf(text).some((block) => mistakeIn(block) === null)) {
    throw unusable(file, new Error(NONE), remedy);
  }
  return text;
}

function listCertificates(directory: string): string[] {
  const names = ifThere(() => readdirSync(directory)) ?? [];
  return names
    .filter((name) => name.endsWith('.crt') && !name.startsWith('.'))
    .sort()
    .map((name) => join(directory, name));
}

function readOwn(file: string): string {
  const remedy = 'Put PEM files there (openssl x509 -inform der -in FILE -out NEWFILE makes one of DER), or remove it.';
  const blocks = blocksOf(read(file, remedy));
  const mistake = blocks.length === 0 ? new Error(NONE) : blocks.map(mistakeIn).find((each) => each !== null);
  if (mistake !== undefined) {
    throw unusable(file, mistake, remedy);
  }
  return blocks.join('\n');
}

const NONE = 'it holds no certificate in PEM form';

function blocksOf(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
}

/** null: it is a certificate. */
function mistakeIn(block: string): Error | null {
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  try {
    new X509Certificate(block);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function read(file: string, remedy: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unusable(file, error, remedy);
  }
}

function unusable(file: string, error: unknown, remedy: string): ConnectorError {
  const reason = error instanceof Error ? error.message : '';
  return new ConnectorError('SETTINGS_INVALID', `cannot read the CA certificates ${file}: ${reason}`, {
    fields: { path: file },
    cause: error,
    remedy,
  });
}
