/** Compiles the JSON Schemas to standalone code, so that no schema is compiled at run time. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneModule from 'ajv/dist/standalone/index.js';

// ajv is CommonJS: under Node's ESM the function is the module's `default`.
const standaloneCode = standaloneModule as unknown as (ajv: Ajv2020, names: Record<string, string>) => string;

interface Schema {
  readonly $id: string;
}

/** File name → source. Settings, envelope and the rest are apart: an idle run loads only the settings. */
export function makeValidators(schemas: ReadonlyMap<string, Schema>): Record<string, string> {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    inlineRefs: false,
    code: { source: true, optimize: 2 },
  });
  for (const schema of schemas.values()) {
    ajv.addSchema(schema);
  }
  const files: Record<string, string> = {};
  for (const [name, schema] of schemas) {
    if (name === 'common') {
      continue;
    }
    files[`validate-${name}.cjs`] = standaloneCode(ajv, { validate: schema.$id });
    files[`validate-${name}.d.cts`] = DECLARATION;
  }
  return files;
}

const DECLARATION = `import type { ValidateFunction } from 'ajv';
export const validate: ValidateFunction;
`;
