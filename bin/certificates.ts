/** The CA certificates https servers are verified with: those of the settings, and those the administrator keeps in DATA. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectorError, hasCode } from '../lib/errors/connector-error.ts';

/** PEM. `directory`: all of its `*.crt` files count too; it need not exist. Throws SETTINGS_INVALID. */
export function readCertificates(file: string, directory: string): string {
  const own = listCertificates(directory).map(readOwn);
  return [read(file, 'Correct OX_SOAP_CA_FILE, or install the package ca-certificates.'), ...own].join('\n');
}

function listCertificates(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.crt') && !name.startsWith('.'))
      .sort()
      .map((name) => join(directory, name));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return [];
    }
    throw error;
  }
}

function readOwn(file: string): string {
  const remedy = 'Put PEM files there (openssl x509 -inform der -in FILE -out NEWFILE makes one of DER), or remove it.';
  const text = read(file, remedy);
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) {
      new X509Certificate(block);
    }
  } catch (error) {
    throw unusable(file, error, remedy);
  }
  if (blocks.length === 0) {
    throw unusable(file, new Error('it holds no certificate in PEM form'), remedy);
  }
  return blocks.join('\n');
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
  return new ConnectorError(
    'SETTINGS_INVALID',
    `cannot read the CA certificates ${file}: ${reason}`,
    { path: file },
    error,
    remedy,
  );
}
