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
  // Half the time of loading winston: no debugging aids, no colours, and Node's own streams.
  define: { 'process.env.NODE_ENV': '"production"' },
  alias: {
    'readable-stream': 'node:stream',
    'readable-stream/lib/_stream_writable.js': './build/stream-writable.cjs',
    '@colors/colors/safe': './build/no-colors.cjs',
  },
  logLevel: 'warning',
};
