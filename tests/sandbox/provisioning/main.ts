/**
 * Starts the sandbox of the Provisioning API by itself: `npm exec -- node tests/sandbox/provisioning/main.ts [port]`.
 * Messages are published as the listener does it, by POST /v1/messages (user `udm`, any password); the state of the
 * prefill is set by PATCH /v1/subscriptions/<name>/prefill (user `prefill`).
 */
import { ProvisioningSandbox } from './server.ts';

const sandbox = await new ProvisioningSandbox({ port: Number(process.argv[2] ?? 7777), ackWait: 1000 }).start();
process.stdout.write(`${sandbox.url}\n`);
