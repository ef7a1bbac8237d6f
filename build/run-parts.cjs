// Runs the first part of the program; the others are loaded with the first module that is asked of them (build/parts.ts).
// `load` answers the function of a part.
module.exports.runParts = (load) => {
  const parts = new Map();
  // Node's modules too: its `require` takes many times as long, and each module of ours asks.
  const found = new Map();
  const run = (name) => {
    const part = { exports: {} };
    parts.set(name, part);
    load(name)(part.exports, requireAny, part, `${name}.cjs`, '.');
    return part;
  };
  const find = (id) => {
    const [, name, path] = /^part:(\w+):(.*)$/.exec(id) ?? [];
    return name === undefined ? require(id) : (parts.get(name) ?? run(name)).exports.modules[path]();
  };
  const requireAny = (id) => {
    let module_ = found.get(id);
    if (module_ === undefined) {
      module_ = find(id);
      found.set(id, module_);
    }
    return module_;
  };
  run('start');
};
