/** The empty script: what the runtime costs by itself. */
export {};
