declare const config: import('esbuild').BuildOptions;
export default config;
