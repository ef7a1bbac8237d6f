// Takes V8's code cache after the bundle has done real work, so that the functions of the hot paths are in it compiled.
// Usage: node make-code-cache.cjs BUNDLE CACHE SCRATCH
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const { startWarmUpServer, layOutWarmUpData } = require('./warm-up.cjs');

const [, , bundle, cache, scratch] = process.argv;

async function main() {
  const server = await startWarmUpServer();
  const data = path.join(scratch, 'data');
  layOutWarmUpData(data);
  for (const name of Object.keys(process.env).filter((each) =>
    /^(OX_|DEFAULT_CONTEXT|LOCAL_TIMEZONE|DOMAINNAME|SSL_CERT_FILE|REQUESTS_CA_BUNDLE)/.test(each),
  )) {
    delete process.env[name];
  }
  process.env.OX_CONNECTOR_DATA_DIR = data;
  process.env.OX_SOAP_SERVER = server.url;
  process.argv = [process.argv[0], bundle];

  const source = fs.readFileSync(bundle, 'utf8');
  const script = new vm.Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename: 'app.cjs',
  });
  const module_ = { exports: {} };
  const log = process.stderr.fd;
  process.on('exit', (code) => {
    if (
      code !== 0 ||
      fs.readdirSync(path.join(data, 'listener')).some((name) => name.endsWith('.json') && !name.startsWith('.'))
    ) {
      fs.writeSync(log, `the warm-up run failed with exit code ${code}\n`);
      process.exitCode = 1;
      return;
    }
    fs.writeFileSync(cache, script.createCachedData());
  });
  script.runInThisContext()(module_.exports, require, module_, 'app.cjs', '.');
  // The server must not keep the process alive when the run is done.
  server.unref();
}

main().catch((error) => {
  process.exitCode = 1;
  console.error(error);
});
