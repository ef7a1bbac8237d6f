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
  const [first] = names;
  const last = names.at(-1);
  /** Module → its part. */
  const owners = new Map<string, string>();
  /** Module → whether it is imported at run time, of those that a part asks another one for. */
  const asked = new Set<string>();
  const inputs = new Set<string>();

  const plugin = (part: string): Plugin => ({
    name: 'parts',
    setup({ onResolve }) {
      onResolve({ filter: /^[./].*\.ts$/ }, ({ path, resolveDir, kind }) => {
        if (kind === 'entry-point' || resolveDir === scratch) {
          return null;
        }
        const module = relative(root, path.startsWith('/') ? path : join(resolveDir, path));
        const isLater = part !== last && kind !== 'import-statement';
        const owner = owners.get(module) ?? (isLater ? (entryOf(module) ?? last) : part);
        if (owner === part) {
          return null;
        }
        asked.add(module);
        return { path: `part:${owner}:${module}`, external: true };
      });
    },
  });
  /** `modules`: what others may ask it for. */
  const bundle = async (part: string, modules: readonly string[]) => {
    const list = join(scratch, `${part}-modules.ts`);
    const entry = join(scratch, `${part}.ts`);
    writeFileSync(list, listOf(root, modules, new Set(part === last ? modules : PARTS[part]?.slice(1))));
    // After the list: others may ask for its modules before it is through.
    const start = part === first ? `import ${JSON.stringify(join(root, PARTS[part]?.[0] ?? ''))};\n` : '';
    writeFileSync(entry, `export { modules } from './${part}-modules.ts';\n${start}`);
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
    const entries = part === last ? [...asked].filter((each) => !owners.has(each)) : (PARTS[part] ?? []);
    const found = await bundle(part, entries);
    for (const each of found.inputs) {
      inputs.add(each);
      if (/^(?:bin|lib)\/.*\.ts$/.test(each)) {
        owners.set(each, part);
      }
    }
  }
  // Again: what others ask each for is known by now.
  const sources: Record<string, string> = {};
  for (const part of names) {
    const modules = [...asked].filter((each) => owners.get(each) === part).sort();
    sources[part] = (await bundle(part, modules)).source;
  }
  return { sources, inputs: [...inputs] };
}

/**
 * What a part is there for, and all that this imports, is one scope that runs with the part: cheaper than a scope for each
 * module where nearly all are used. `lazy`: what it may do without runs when it is first asked for.
 */
function listOf(root: string, modules: readonly string[], lazy: ReadonlySet<string>): string {
  const imports: string[] = [];
  const entries = modules.map((each, at) => {
    const [name, path] = [JSON.stringify(each), JSON.stringify(join(root, each))];
    if (lazy.has(each)) {
      return `${name}: () => require(${path}),\n`;
    }
    imports.push(`import * as m${at} from ${path};\n`);
    return `${name}: () => m${at},\n`;
  });
  return `${imports.join('')}export const modules = {\n${entries.join('')}};\n`;
}

function entryOf(module: string): string | undefined {
  return Object.keys(PARTS).find((part) => PARTS[part]?.includes(module));
}
