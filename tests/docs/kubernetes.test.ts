/** The manifests say what Kubernetes understands, what the program has, and what a careful operator wants. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { safeLoad } from 'js-yaml';
import rules from '../../build/kubernetes/settings.schema.json' with { type: 'json' };
import packageJson from '../../package.json' with { type: 'json' };
import settingsSchema from '../../schemas/settings.schema.json' with { type: 'json' };
import { freshFolder } from '../harness/temporary.ts';
import shapes from './kubernetes.schema.json' with { type: 'json' };

const DIRECTORY = 'build/kubernetes';
const folder = freshFolder();

const read = (file: string): string => readFileSync(join(DIRECTORY, file), 'utf8');
const load = <T>(file: string): T => safeLoad(read(file)) as T;

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext: object;
  readonly resources: { readonly limits: object; readonly requests: object };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}
interface Pod {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string }[];
  readonly securityContext: object;
  readonly terminationGracePeriodSeconds?: number;
}
interface Workload {
  readonly spec: { readonly replicas?: number; readonly strategy?: object; readonly template: { readonly spec: Pod } };
}
const WORKLOADS = ['deployment.yaml', 'subscribe.yaml'];
const podOf = (file: string): Pod => load<Workload>(file).spec.template.spec;
const containersOf = ({ initContainers = [], containers }: Pod): readonly Container[] => [
  ...initContainers,
  ...containers,
];

const SETTINGS = Object.fromEntries(
  read('settings.env')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
);

it.each(readdirSync(DIRECTORY).filter((file) => file.endsWith('.yaml')))('%s has the form of its kind', (file) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const document = load<{ kind: keyof typeof shapes.$defs }>(file);
  const validate = ajv.compile({ ...shapes, $ref: `#/$defs/${document.kind}` });
  expect(validate(document) ? [] : validate.errors).toEqual([]);
});

it('names every manifest, and the version that is built', () => {
  const { resources, images } = load<{ resources: string[]; images: { newTag: string }[] }>('kustomization.yaml');
  const others = ['kustomization.yaml', 'subscribe.yaml'];
  const there = readdirSync(DIRECTORY).filter((file) => file.endsWith('.yaml') && !others.includes(file));
  expect([...resources].sort()).toEqual(there.sort());
  expect(images.map(({ newTag }) => newTag)).toEqual([packageJson.version]);
  expect(podOf('subscribe.yaml').containers[0]?.image).toMatch(new RegExp(`:${packageJson.version}$`));
});

describe('the settings', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(settingsSchema);
  const validate = ajv.compile(rules);

  it('are right', () => {
    expect(validate(SETTINGS) ? [] : validate.errors).toEqual([]);
    expect(Object.keys(SETTINGS).filter((name) => !(name in settingsSchema.properties))).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ['a wrong value', { OX_SOAP_SERVER: 'ox' }],
    ['an unknown variable', { PATH: '/' }],
    ['a password in clear', { PROVISIONING_API_PASSWORD: 'x' }],
  ])('are refused with %s', (_what, changes) => {
    expect(validate({ ...SETTINGS, ...changes })).toBe(false);
  });
});

it('has one pod at most, which gets the time for the longest call', () => {
  const { spec } = load<Workload>('deployment.yaml');
  expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(
    Number(settingsSchema.properties.OX_SOAP_TIMEOUT.default),
  );
});

describe.each(WORKLOADS)('%s', (file) => {
  it('runs without rights, on a read-only root', () => {
    expect(podOf(file).securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const container of containersOf(podOf(file))) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources).toMatchObject({
        limits: { memory: expect.any(String) },
        requests: expect.any(Object),
      });
    }
  });

  it('mounts what it has, and gives secrets by file', () => {
    const pod = podOf(file);
    const volumes = pod.volumes.map(({ name }) => name);
    for (const { env = [], volumeMounts } of containersOf(pod)) {
      expect(volumeMounts.map(({ name }) => name).filter((name) => !volumes.includes(name))).toEqual([]);
      expect(env.filter(({ name }) => /PASSWORD$/.test(name))).toEqual([]);
    }
  });
});

it('keeps the data where the program looks for it', () => {
  const data = podOf('deployment.yaml').containers[0]?.volumeMounts.find(({ name }) => name === 'data');
  expect(data?.mountPath).toBe(settingsSchema.properties.OX_CONNECTOR_DATA_DIR.default);
});

it('begins contexts.json once, for its owner only', () => {
  const [, , script = ''] = podOf('deployment.yaml').initContainers?.[0]?.command ?? [];
  const secret = join(folder(), 'secret');
  const data = join(folder(), 'data');
  mkdirSync(secret);
  mkdirSync(data);
  const run = (): string => {
    execFileSync('/bin/sh', ['-ec', script.replaceAll('/run/secrets/ox-connector', secret)], {
      env: { DATA: data, PATH: process.env.PATH },
    });
    return readFileSync(join(data, 'secrets', 'contexts.json'), 'utf8');
  };
  writeFileSync(join(secret, 'contexts.json'), '{"1": {}}', { mode: 0o440 });
  expect(run()).toBe('{"1": {}}');
  expect(statSync(join(data, 'secrets', 'contexts.json')).mode & 0o777).toBe(0o600);
  // The connector has added a context meanwhile.
  writeFileSync(join(data, 'secrets', 'contexts.json'), '{"1": {}, "2": {}}');
  expect(run()).toBe('{"1": {}, "2": {}}');
});
