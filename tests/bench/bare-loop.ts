/**
 * The floor of a run with many calls: posts recorded requests one after the other over one kept-alive connection and
 * reads the answers. Usage: bare-loop URL RECORDING
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

export interface Recorded {
  readonly path: string;
  readonly action: string;
  readonly body: string;
}

async function main(): Promise<void> {
  const [, , url = '', recording = ''] = process.argv;
  const calls = JSON.parse(readFileSync(recording, 'utf8')) as Recorded[];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const call of calls) {
    await post(agent, url + call.path, call);
  }
  agent.destroy();
}

function post(agent: Agent, url: string, call: Recorded): Promise<Buffer> {
  const body = Buffer.from(call.body);
  const headers = {
    'Content-Type': 'text/xml; charset=utf-8',
    'Content-Length': body.length,
    SOAPAction: call.action,
    Accept: 'text/xml',
  };
  return new Promise((done, fail) => {
    const sent = request(url, { agent, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(Buffer.concat(chunks)));
      response.on('error', fail);
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

main().catch((error: unknown) => {
  process.exitCode = 1;
  console.error(error);
});
