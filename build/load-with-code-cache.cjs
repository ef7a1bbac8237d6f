// Runs the bundle inside the single executable with the code that V8 compiled at build time.
const sea = require('node:sea');
const vm = require('node:vm');

const source = sea.getAsset('app.cjs', 'utf8');
const script = new vm.Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
  filename: 'app.cjs',
  cachedData: Buffer.from(sea.getRawAsset('app.cache')),
});
const module_ = { exports: {} };
script.runInThisContext()(module_.exports, require, module_, 'app.cjs', '.');
