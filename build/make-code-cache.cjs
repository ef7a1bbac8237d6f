// Takes V8's code caches after the program has done real work, so that the functions of the hot paths are in them compiled.
// Usage: node make-code-cache.cjs DIRECTORY PART,... SCRATCH
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const { runParts } = require('./run-parts.cjs');
const { startWarmUpServer, layOutWarmUpData } = require('./warm-up.cjs');

const [, , directory, parts, scratch] = process.argv;

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
  process.argv = [process.argv[0], directory];

  const scripts = new Map();
  for (const part of parts.split(',')) {
    const source = fs.readFileSync(path.join(directory, `${part}.cjs`), 'utf8');
    scripts.set(part, new vm.Script(source, { filename: `${part}.cjs` }));
  }
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
    for (const [part, script] of scripts) {
      fs.writeFileSync(path.join(directory, `${part}.cache`), script.createCachedData());
    }
  });
  runParts((name) => scripts.get(name).runInThisContext());
  // The server must not keep the process alive when the run is done.
  server.unref();
}

main().catch((error) => {
  process.exitCode = 1;
  console.error(error);
});
