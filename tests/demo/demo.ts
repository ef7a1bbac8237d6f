/**
 * `npm run demo`: a sandbox OX, a queue, one run of the built binary, and what came of it. Exits as the binary did. With
 * `--tmail`: tmail.ts; with `--provisioning-api`: provisioning-api.ts.
 */
import { makeWorkplace } from '../harness/workplace.ts';
import { startSandbox } from '../sandbox/client.ts';
import { showNight } from './night.ts';
import { DEMO_QUEUE } from './queue.ts';
import { print, printContexts } from './tables.ts';

if (process.argv.includes('--tmail')) {
  const { showTmail } = await import('./tmail.ts');
  process.exitCode = await showTmail(print);
} else if (process.argv.includes('--provisioning-api')) {
  const { showProvisioningApi } = await import('./provisioning-api.ts');
  process.exitCode = await showProvisioningApi();
} else {
  process.exitCode = await showOx();
}

async function showOx(): Promise<number> {
  const sandbox = await startSandbox();
  const place = makeWorkplace(sandbox.url);
  try {
    const names = place.drop(...DEMO_QUEUE);
    print(`The queue, ${names.length} files`, [
      ['file', 'type', 'object'],
      ...DEMO_QUEUE.map(({ udm_object_type, dn, object }, at) => [
        names[at] ?? '',
        udm_object_type,
        object === null ? `${dn} (deleted)` : dn,
      ]),
    ]);

    const { code, stdout, stderr } = await place.run();

    printContexts(await sandbox.canonicalState());
    print('ModuleAccessDefinitions.properties', [[place.profiles().trim()]]);
    print('Left in the queue', [[place.waiting().join(', ') || 'nothing']]);
    print(`Log of listener_trigger (exit code ${code}): by kind, so that what is referred to comes first`, [
      [`${stdout}${stderr}`.trim()],
    ]);
    const isCured = await showNight(place);
    const { total } = await sandbox.counts();
    const violations = await sandbox.violations();
    print('Calls', [[`${total} SOAP calls, ${violations.length} of them against the contract`]]);
    return violations.length > 0 || !isCured ? 1 : (code ?? 1);
  } finally {
    place.remove();
    await sandbox.stop();
  }
}
