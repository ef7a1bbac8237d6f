/** How the sources become one file. The build script adds version, commit and build id. */
export default {
  entryPoints: ['bin/listener_trigger.ts'],
  bundle: true,
  platform: 'node',
  target: 'node26',
  format: 'cjs',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  // Modules are initialised when they are first imported, so dynamic imports cost nothing until then.
  splitting: false,
  logLevel: 'warning',
};
