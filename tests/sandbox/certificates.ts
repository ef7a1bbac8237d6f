/** Makes certificates for tests of HTTPS with the openssl command: one good, one expired, one for another host. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KeyPair {
  key: string;
  cert: string;
}

/** Paths of PEM files. */
export interface Certificates {
  ca: string;
  good: KeyPair;
  expired: KeyPair;
  otherHost: KeyPair;
}

/** Keeps what is already in the folder. Throws when there is no openssl command. */
export function makeCertificates(directory: string): Certificates {
  mkdirSync(directory, { recursive: true });
  const ca = { key: join(directory, 'ca.key'), cert: join(directory, 'ca.pem') };
  if (!existsSync(ca.cert)) {
    openssl(['req', '-x509', ...KEY, '-keyout', ca.key, '-out', ca.cert, '-days', '30', '-subj', '/CN=Sandbox CA']);
  }
  const localhost = 'DNS:localhost,IP:127.0.0.1';
  return {
    ca: ca.cert,
    good: signed(directory, ca, 'good', localhost, ['-days', '30']),
    // Ended yesterday.
    expired: signed(directory, ca, 'expired', localhost, ['-days', '-1']),
    otherHost: signed(directory, ca, 'other-host', 'DNS:ox.example.org', ['-days', '30']),
  };
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function signed(directory: string, ca: KeyPair, name: string, hosts: string, validity: string[]): KeyPair {
  const pair = { key: join(directory, `${name}.key`), cert: join(directory, `${name}.pem`) };
  if (existsSync(pair.cert)) return pair;
  const request = join(directory, `${name}.csr`);
  const extensions = join(directory, `${name}.ext`);
  writeFileSync(extensions, `subjectAltName=${hosts}\nbasicConstraints=CA:FALSE\n`);
  openssl(['req', ...KEY, '-keyout', pair.key, '-out', request, '-subj', `/CN=${name}`]);
  const sign = ['x509', '-req', '-in', request, '-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial'];
  openssl([...sign, '-out', pair.cert, '-extfile', extensions, ...validity]);
  return pair;
}

function openssl(args: string[]): void {
  try {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (cause) {
    throw new Error('cannot make certificates: the openssl command is missing or failed', { cause });
  }
}
