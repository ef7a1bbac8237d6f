/**
 * Reads the configuration of LSC with its James and TMail plugin: connections, and tasks with their filters, attributes
 * and conditions. What this connector would do otherwise than it says is refused by line, not guessed.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../../errors/connector-error.ts';
import type { LdapSearch } from '../../source/ldap/entries.ts';
import { type AttributeName, configurationError } from '../configuration.ts';
import type { FacetName } from '../facet-names.ts';
import { childOf, childrenOf, type Element, readXml, textOf } from './xml.ts';

export interface LscTask {
  readonly name: string;
  readonly facet: FacetName;
  readonly directory: LdapSearch;
  readonly server: { readonly url: string; readonly token: string };
  readonly attributes: Readonly<Partial<Record<AttributeName, string>>>;
  /** Set for whoever is in the directory; cleared with --clean for whoever is not. */
  readonly sets: boolean;
  readonly clears: boolean;
  /** Why it is not known whom it would clear; null: it is. */
  readonly unclear: Error | null;
  /** Where it stands, for messages. */
  readonly where: string;
}

/** Element of the plugin → what it is about, and which dataset is which attribute of ours. */
const SERVICES: Readonly<Record<string, { facet: FacetName; datasets: Readonly<Record<string, AttributeName>> }>> = {
  jamesUsersService: { facet: 'account', datasets: {} },
  jamesAliasService: { facet: 'aliases', datasets: { sources: 'aliases' } },
  jamesAddressMappingService: { facet: 'mappings', datasets: { addressMappings: 'mappings' } },
  jamesForwardService: { facet: 'forwards', datasets: { forwards: 'forwards' } },
  jamesIdentityService: { facet: 'identity', datasets: { firstname: 'firstname', surname: 'lastname' } },
  jamesMailQuotaSizeService: { facet: 'quota', datasets: { mailQuotaSize: 'quota' } },
  tmailContactService: { facet: 'contact', datasets: { firstname: 'firstname', surname: 'lastname' } },
};

/** `path`: a file, or a directory with an lsc.xml. */
export function readLsc(given: string): LscTask[] {
  const { path, text } = readFile(given);
  const root = readXml(text, path);
  if (root.name !== 'lsc') {
    throw at(root, `<${root.name}> is no configuration of LSC`);
  }
  const connections = childOf(root, 'connections');
  const tasks = childrenOf(childOf(root, 'tasks'), 'task').map((task) => readTask(task, connections));
  if (tasks.length === 0) {
    throw at(root, 'it has no <task>');
  }
  return tasks;
}

function readFile(given: string): { path: string; text: string } {
  try {
    const path = statSync(given).isDirectory() ? join(given, 'lsc.xml') : given;
    return { path, text: decoded(readFileSync(path), path) };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      throw configurationError(given, 'there is no lsc.xml', 'Name the directory of the lsc.xml, or the file.', error);
    }
    throw error;
  }
}

function decoded(bytes: Buffer, path: string): string {
  const declared =
    /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)/.exec(bytes.toString('latin1', 0, 200))?.[1] ?? 'UTF-8';
  try {
    return new TextDecoder(declared, { fatal: true }).decode(bytes);
  } catch (error) {
    throw configurationError(path, `line 1: it cannot be read as ${declared}`, 'Save the file as UTF-8.', error);
  }
}

function readTask(task: Element, connections: Element | null): LscTask {
  const name = textOf(task, 'name');
  const source = required(task, 'ldapSourceService');
  const destination = required(task, 'pluginDestinationService');
  const plugin = destination.children.find((child) => child.name in SERVICES);
  const service = plugin && SERVICES[plugin.name];
  if (!plugin || !service) {
    throw at(
      destination,
      `task ${name}: none of its elements is a service of the plugin (${Object.keys(SERVICES).join(', ')})`,
    );
  }
  const options = required(task, 'propertiesBasedSyncOptions');
  const address = attributeOf(required(options, 'mainIdentifier'));
  const attributes: Partial<Record<AttributeName, string>> = { address };
  for (const dataset of childrenOf(options, 'dataset')) {
    const which = service.datasets[textOf(dataset, 'name')];
    if (which !== undefined) {
      attributes[which] = datasetAttribute(dataset, options);
    }
  }
  for (const [dataset, which] of Object.entries(service.datasets)) {
    if (attributes[which] === undefined) {
      throw at(options, `task ${name}: it has no <dataset> ${dataset} with <forceValues>`);
    }
  }
  return {
    name,
    facet: service.facet,
    directory: readDirectory(source, connections),
    server: readServer(plugin, destination, connections),
    attributes,
    ...readConditions(options, service.facet),
    unclear: cleanMistakeOf(source, address),
    where: `${task.path}:${task.line}`,
  };
}

function datasetAttribute(dataset: Element, options: Element): string {
  checkChoice(childOf(dataset, 'policy') ?? childOf(options, 'defaultPolicy'), 'the policy', ['FORCE']);
  for (const other of ['createValues', 'defaultValues']) {
    const found = childOf(dataset, other);
    if (found && found.children.length > 0) {
      throw at(found, `<${other}> is not followed, only <forceValues>`);
    }
  }
  const values = childrenOf(childOf(dataset, 'forceValues'), 'string');
  const [only] = values;
  if (only === undefined || values.length > 1) {
    throw at(dataset, 'it needs one <string> in <forceValues>');
  }
  return attributeOf(only);
}

/** Left out or empty: LSC's default, which is one of them. */
function checkChoice(element: Element | null, what: string, followed: readonly string[]): void {
  if (element && element.text !== '' && !followed.includes(element.text)) {
    throw at(element, `${what} ${element.text} is not followed, only ${followed.join(' and ')}`);
  }
}

/** The simple form: `srcBean.getDatasetFirstValueById("mail")`. */
function attributeOf(element: Element): string {
  const match =
    /^srcBean\.getDataset(?:FirstValue|Values|ValuesAsSet|FirstBinaryValue|)ById\(\s*(["'])([A-Za-z][\w;-]*)\1\s*\)\s*;?$/.exec(
      element.text,
    );
  if (!match?.[2]) {
    throw at(
      element,
      `${JSON.stringify(element.text)} is not followed, only srcBean.getDatasetValuesById("attribute") and its like`,
    );
  }
  return match[2];
}

/** As the plugin acts: create and update of one kind of value belong together. */
function readConditions(options: Element, facet: FacetName): { sets: boolean; clears: boolean } {
  const conditions = childOf(options, 'conditions');
  const read = (name: string): boolean => {
    const element = conditions && childOf(conditions, name);
    if (element === null || element.text === 'true' || element.text === '') {
      return true;
    }
    if (element.text !== 'false') {
      throw at(element, `the condition ${JSON.stringify(element.text)} is not followed, only true and false`);
    }
    return false;
  };
  const [create, update] = [read('create'), read('update')];
  const isMadeOnce = facet === 'account' || facet === 'identity';
  if (create !== update && !isMadeOnce && facet !== 'mappings') {
    throw at(
      conditions ?? options,
      'create and update differ: values are set as a whole, so both must be true or both false',
    );
  }
  return { sets: isMadeOnce ? create : update, clears: read('delete') && facet !== 'identity' };
}

function readDirectory(source: Element, connections: Element | null): LdapSearch {
  const connection = connectionOf(source, 'ldapConnection', connections);
  checkChoice(childOf(connection, 'authentication'), 'the authentication', ['SIMPLE', 'NONE']);
  checkChoice(childOf(connection, 'referral'), '<referral>', ['IGNORE', 'THROW']);
  checkChoice(childOf(connection, 'derefAliases'), '<derefAliases>', ['NEVER']);
  const url = /^(ldaps?:\/\/[^/?#\s]+)\/?([^?\s]*)$/.exec(textOf(connection, 'url'));
  if (!url?.[1]) {
    throw atChild(connection, 'url', 'its <url> is no LDAP URL');
  }
  const filter = textOf(source, 'getAllFilter') || textOf(source, 'filterAll');
  if (filter === '') {
    throw at(source, 'it has no <getAllFilter>');
  }
  const username = textOf(connection, 'username');
  const pageSize = textOf(connection, 'pageSize') || '-1';
  if (!/^-1$|^\d{1,6}$/.test(pageSize)) {
    throw atChild(connection, 'pageSize', `<pageSize> ${pageSize} is no number`);
  }
  return {
    url: url[1],
    startTls: isTrue(connection, 'tlsActivated'),
    bindDn: textOf(connection, 'authentication') === 'NONE' || username === '' ? null : username,
    password: textOf(connection, 'password'),
    base: textOf(source, 'baseDn') || unescaped(url[2] ?? '', connection),
    filter,
    keepFilter: keepFilterOf(source, filter),
    pageSize: Math.max(Number(pageSize), 0),
  };
}

/** As XML spells it: taken for no, a password would go in clear. */
function isTrue(element: Element, name: string): boolean {
  const text = textOf(element, name);
  if (!['', 'true', 'false', '1', '0'].includes(text)) {
    throw atChild(element, name, `<${name}> ${text} is not followed, only true and false`);
  }
  return text === 'true' || text === '1';
}

function unescaped(dn: string, connection: Element): string {
  try {
    return decodeURIComponent(dn);
  } catch {
    throw atChild(connection, 'url', 'its <url> is no LDAP URL');
  }
}

/**
 * LSC removes whom the filter of cleaning does not find, though it sets the others only. undefined: both find the same, but for
 * the one address that LSC puts into it each time.
 */
function keepFilterOf(source: Element, filter: string): string | undefined {
  const clean = cleanFilterOf(source).text.replace(/\{[^{}]*\}/g, '*');
  const plain = (text: string): string => text.replace(/\s/g, '').toLowerCase();
  return clean === '' || plain(clean) === plain(filter) ? undefined : clean;
}

function cleanFilterOf(source: Element): Element {
  return ['cleanFilter', 'getOneFilter'].map((name) => childOf(source, name)).find((each) => each?.text) ?? source;
}

/** Whom it finds by something else than the address is not to be told from the entries. */
function cleanMistakeOf(source: Element, address: string): Error | null {
  const element = cleanFilterOf(source);
  const isByAddress = (name: string): boolean => name.trim().toLowerCase() === address.toLowerCase();
  const rest = element.text.replace(/\(([^()=~<>:]+)=\{[^{}]*\}\s*\)/g, (all, name: string) =>
    isByAddress(name) ? '' : all,
  );
  return rest.includes('{')
    ? at(
        element,
        `the filter of cleaning ${element.text} is not followed: it compares with something else than ${address}`,
      )
    : null;
}

function readServer(
  plugin: Element,
  destination: Element,
  connections: Element | null,
): { url: string; token: string } {
  const holder = childOf(plugin, 'connection') ? plugin : destination;
  const connection = connectionOf(holder, 'pluginConnection', connections);
  const url = textOf(connection, 'url').replace(/\/+$/, '');
  if (!/^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/.test(url)) {
    throw atChild(connection, 'url', 'its <url> is no http URL');
  }
  return { url, token: textOf(connection, 'password') };
}

function connectionOf(service: Element, kind: string, connections: Element | null): Element {
  const reference = childOf(service, 'connection')?.attributes.reference ?? '';
  const found = childrenOf(connections, kind).find((each) => textOf(each, 'name') === reference);
  if (!found) {
    throw atChild(service, 'connection', `there is no <${kind}> named ${JSON.stringify(reference)}`);
  }
  return found;
}

function required(element: Element, name: string): Element {
  const found = childOf(element, name);
  if (found === null) {
    throw at(element, `<${element.name}> has no <${name}>`);
  }
  return found;
}

function atChild(element: Element, name: string, what: string): Error {
  return at(childOf(element, name) ?? element, what);
}

function at({ path, line }: Element, what: string): Error {
  return configurationError(
    `${path}, line ${line}`,
    what,
    'Write it in the form that is followed, or write a tmail.json (docs/tmail.md).',
  );
}
