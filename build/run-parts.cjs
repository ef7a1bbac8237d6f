// Runs the first part of the program; the others are loaded with the first module that is asked of them (build/parts.ts).
// `load` answers the function of a part.
module.exports.runParts = (load) => {
  const parts = new Map();
  const found = new Map();
  const run = (name) => {
    const part = { exports: {} };
    parts.set(name, part);
    load(name)(part.exports, requireAny, part, `${name}.cjs`, '.');
    return part;
  };
  const requireAny = (id) => {
    const [, name, path] = /^part:(\w+):(.*)$/.exec(id) ?? [];
    if (name === undefined) {
      return require(id);
    }
    if (!found.has(id)) {
      found.set(id, (parts.get(name) ?? run(name)).exports.modules[path]());
    }
    return found.get(id);
  };
  run('start');
};
