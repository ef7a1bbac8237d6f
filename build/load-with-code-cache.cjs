// Runs the program inside the single executable with the code that V8 compiled at build time. Stands behind run-parts.cjs.
const sea = require('node:sea');
const vm = require('node:vm');

module.exports.runParts((name) => {
  const source = sea.getAsset(`${name}.cjs`, 'utf8');
  const script = new vm.Script(source, {
    filename: `${name}.cjs`,
    cachedData: Buffer.from(sea.getRawAsset(`${name}.cache`)),
  });
  return script.runInThisContext();
});
