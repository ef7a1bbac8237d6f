/** Where the Provisioning API is and who we are there: settings, files with one value, or the file of the join script. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConnectorError } from '../../errors/connector-error.ts';
import { readIfThere } from '../../files/durable.ts';
import { type ProvisioningSettings, type ValueOrFile, whatShouldBe } from '../../settings/settings.ts';
import type { Access, Login } from './client.ts';
import { readShellFile } from './shell-file.ts';

const NAMES = {
  baseUrl: 'PROVISIONING_API_BASE_URL',
  username: 'PROVISIONING_API_USERNAME',
  password: 'PROVISIONING_API_PASSWORD',
} as const;

/** Throws SETTINGS_INVALID, with all that is wrong. */
export function readAccess(settings: ProvisioningSettings, dataDirectory: string): Access {
  const mistakes: string[] = [];
  const envFile = settings.envFile || resolve(dataDirectory, '..', 'conf', 'provisioning.env');
  const content = (): string =>
    settings.envFile === '' ? String(readIfThere(envFile) ?? '') : readFileSync(envFile, 'utf8');
  let inFile: ReadonlyMap<string, string> | null = null;
  /** Only where something is not set: it may be closed to us. */
  const fromFile = (name: string): string => {
    inFile ??= reading(envFile, () => readShellFile(content()));
    return inFile.get(name) ?? '';
  };
  const find = (key: keyof typeof NAMES): string => {
    const name = NAMES[key];
    const given = textOf(settings[key]) || fromFile(name);
    const expected = whatShouldBe(name, given);
    if (given === '') {
      mistakes.push(`${name} is not set: neither in the environment, nor by ${name}_FILE, nor in ${envFile}`);
    } else if (expected !== null) {
      mistakes.push(`${name} is ${key === 'username' ? JSON.stringify(given) : 'not right'}, expected ${expected}`);
    }
    return given;
  };
  const access = { baseUrl: find('baseUrl'), username: find('username'), password: find('password') };
  if (mistakes.length > 0) {
    throw wrong(mistakes.join('; '));
  }
  return { ...access, baseUrl: access.baseUrl.replace(/\/+$/, '') };
}

export interface AdminSettings {
  readonly username: string;
  readonly password: ValueOrFile;
}

export function readAdmin({ username, password }: AdminSettings): Login {
  const admin = { username, password: textOf(password) };
  if (admin.username === '' || admin.password === '') {
    throw new ConnectorError(
      'SETTINGS_INVALID',
      `the ${admin.username === '' ? 'name' : 'password'} of the service's administrator is not given`,
      {
        remedy:
          'Use --admin-username and --admin-password-file, or PROVISIONING_API_ADMIN_USERNAME and PROVISIONING_API_ADMIN_PASSWORD (or its _FILE).',
      },
    );
  }
  return admin;
}

function textOf({ value, file }: ValueOrFile): string {
  return value !== '' || file === '' ? value : reading(file, () => readFileSync(file, 'utf8')).replace(/\r?\n$/, '');
}

function reading<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw wrong(`cannot read ${path}: ${(error as Error).message}`, error);
  }
}

function wrong(message: string, cause?: unknown): ConnectorError {
  return new ConnectorError('SETTINGS_INVALID', message, {
    cause,
    remedy: 'Set them in the environment, by file, or in provisioning.env (docs/provisioning-api.md has all ways).',
  });
}
