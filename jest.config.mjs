/** Unit tests mirror lib and run on the sources, as do long ones, which wait or repeat; e2e tests start the built binary. */
const transform = {
  // commander comes as ES modules only.
  '(\\.ts|/commander/.+\\.js)$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } },
  ],
};
const project = (displayName, testMatch) => ({
  displayName,
  testEnvironment: 'node',
  rootDir: '.',
  testMatch,
  setupFiles: ['<rootDir>/tests/harness/realm.ts'],
  transform,
  transformIgnorePatterns: ['/node_modules/(?!commander/)'],
});

export default {
  maxWorkers: 2,
  // The machine may have other work to do.
  testTimeout: 60_000,
  projects: [
    project('unit', ['<rootDir>/tests/{lib,sandbox,docs,bench}/**/*.test.ts']),
    project('long', ['<rootDir>/tests/long/**/*.test.ts']),
    project('e2e', ['<rootDir>/tests/e2e/**/*.test.ts']),
    project('tmail', ['<rootDir>/tests/tmail/**/*.test.ts']),
    project('image', ['<rootDir>/tests/image/**/*.test.ts']),
  ],
};
