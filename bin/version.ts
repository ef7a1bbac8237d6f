/** Which build this is. The build script puts the values in. */

declare const __VERSION__: string;
declare const __COMMIT__: string;
declare const __BUILD_ID__: string;

/** `3.0.0 (commit 0123abc, build 89abcdef)` */
export const VERSION = `${__VERSION__} (commit ${__COMMIT__}, build ${__BUILD_ID__})`;
