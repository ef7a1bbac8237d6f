/** What a start loads: the parts of the program that it uses, and of Node's modules none for nothing. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { aUser } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';

const scene = useScene();

/** As the executable does it, but from the files of the build; tells at the end what was loaded. */
const SCRIPT = `
  const [fs, vm] = [require('node:fs'), require('node:vm')];
  const { runParts } = require(${JSON.stringify(resolve('build/run-parts.cjs'))});
  const before = new Set(process.moduleLoadList);
  const parts = [];
  process.on('exit', () => {
    const modules = process.moduleLoadList.filter((each) => !before.has(each));
    fs.writeSync(3, JSON.stringify({ parts, modules }));
  });
  runParts((name) => {
    parts.push(name);
    return vm.runInThisContext(fs.readFileSync(${JSON.stringify(resolve('dist'))} + '/' + name + '.cjs', 'utf8'));
  });
`;

async function load(...words: string[]): Promise<{ parts: string[]; modules: string[] }> {
  // The log goes into a file: on a device it would be asked whether that is a terminal.
  const shell = `exec 3>&1; exec "$@" >/dev/null 2>'${join(scene.place.data, 'log')}'`;
  const node = resolve('node_modules/.bin/node');
  const { stdout } = await promisify(execFile)('bash', ['-c', shell, 'bash', node, '-e', SCRIPT, '--', 'x', ...words], {
    env: { PATH: process.env.PATH, OX_CONNECTOR_DATA_DIR: scene.place.data, OX_SOAP_SERVER: scene.sandbox.url },
  });
  return JSON.parse(stdout) as { parts: string[]; modules: string[] };
}

it('loads of the program and of Node what an empty queue needs, and no more', async () => {
  const { parts, modules } = await load();

  expect(parts).toEqual(['start']);
  // The lock is a file of SQLite.
  expect(modules.filter((each) => each.startsWith('NativeModule'))).toEqual(['NativeModule sqlite']);
});

it('loads for a change what works on the queue, and no verb', async () => {
  scene.place.drop(aUser('anna'));

  const { parts, modules } = await load();

  expect(scene.place.waiting()).toEqual([]);
  expect(parts).toEqual(['start', 'work']);
  expect(modules).toContain('NativeModule http');
  expect(modules).not.toContain('NativeModule tty');
});

it('loads the verbs when one is called, which share what the others have', async () => {
  expect((await load('status')).parts).toEqual(['start', 'verbs', 'work']);
});
