/** The values that the build puts into bin/version.ts, for who loads the command line without a build: of no version. */
Object.assign(globalThis, { __VERSION__: '', __COMMIT__: '', __BUILD_ID__: '' });
