/**
 * The program in parts, each a script of its own with V8's code cache: what an empty queue needs, what a change needs, all
 * else. A start reads no more of them than it uses. A module is in the first part that needs it, once, and all others ask
 * that part for it (build/run-parts.cjs).
 */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** Part → what is imported of it at run time; of the last one: all that is left. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  start: ['bin/listener_trigger.ts'],
  work: ['bin/work.ts', 'lib/logger/winston.ts'],
  verbs: [],
};

export interface Parts {
  /** Part → source. */
  readonly sources: Readonly<Record<string, string>>;
  /** The bundled files. */
  readonly inputs: readonly string[];
}

/** `scratch`: a directory for what is only needed meanwhile. */
export async function bundleParts(root: string, scratch: string, options: BuildOptions): Promise<Parts> {
  const names = Object.keys(PARTS);
  const last = names.at(-1);
  /** Module → its part. */
  const owners = new Map<string, string>();
  /** Imported at run time by what was bundled so far. */
  const wanted = new Set<string>();
  const sources: Record<string, string> = {};
  const inputs = new Set<string>();

  const plugin = (part: string): Plugin => ({
    name: 'parts',
    setup({ onResolve }) {
      onResolve({ filter: /^[./].*\.ts$/ }, ({ path, resolveDir, kind }) => {
        if (kind === 'entry-point') {
          return null;
        }
        const module = relative(root, path.startsWith('/') ? path : join(resolveDir, path));
        const isLater = part !== last && kind !== 'import-statement' && resolveDir !== scratch;
        if (isLater) {
          wanted.add(module);
        }
        const owner = owners.get(module) ?? (isLater ? (entryOf(module) ?? last) : part);
        return owner === part ? null : { path: `part:${owner}:${module}`, external: true };
      });
    },
  });
  const bundle = async (part: string, modules: readonly string[]) => {
    const list = join(scratch, `${part}-modules.ts`);
    const entry = join(scratch, `${part}.ts`);
    const lines = modules.map(
      (each) => `${JSON.stringify(each)}: () => require(${JSON.stringify(join(root, each))}),\n`,
    );
    writeFileSync(list, `export const modules = {\n${lines.join('')}};\n`);
    // Others may ask for its modules before it is through.
    const first = part === names[0] ? `require(${JSON.stringify(join(root, PARTS[part]?.[0] ?? ''))});\n` : '';
    writeFileSync(entry, `export { modules } from './${part}-modules.ts';\n${first}`);
    const { outputFiles, metafile } = await build({
      ...options,
      entryPoints: [entry],
      absWorkingDir: root,
      plugins: [plugin(part)],
      // What another part has is asked for at once, as `require` is.
      supported: { 'dynamic-import': false },
      // As it is run: to wrap it at each start would be a second copy of it in memory.
      banner: { js: '(function(exports,require,module,__filename,__dirname){' },
      footer: { js: '})' },
      metafile: true,
      write: false,
    });
    return { source: outputFiles?.[0]?.text ?? '', inputs: Object.keys(metafile?.inputs ?? {}) };
  };

  for (const part of names) {
    const entries = part === last ? [...wanted].filter((each) => !owners.has(each)) : (PARTS[part] ?? []);
    // Twice: what others may ask it for is known by then.
    const found = await bundle(part, entries);
    const own = found.inputs.filter((each) => /^(?:bin|lib)\/.*\.ts$/.test(each)).sort();
    const { source } = await bundle(part, own);
    for (const module of own) {
      owners.set(module, part);
    }
    for (const each of found.inputs) {
      inputs.add(each);
    }
    sources[part] = source;
  }
  return { sources, inputs: [...inputs] };
}

function entryOf(module: string): string | undefined {
  return Object.keys(PARTS).find((part) => PARTS[part]?.includes(module));
}
