/** The control side, and fault rules. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates, startSandbox } from './client.ts';
import { ANNA, CTX, USER, useOx } from './trial.ts';

const ox = useOx();

describe('the control side', () => {
  const RENAME = { ctx: CTX, usrdata: { id: ANNA, nickname: 'An' } };

  it.each<[string, object, boolean, RegExp]>([
    ['a fault', { fault: { exception: 'StorageException', text: 'Boo' } }, false, /<faultstring>Boo; exceptionId/],
    ['an applied fault', { fault: { text: 'Boo' }, applied: true }, true, /<faultstring>Boo</],
    ['a status', { status: 502, body: '<html>no</html>' }, false, /^<html>no<\/html>$/],
    ['garbage', { garbage: 'hello' }, false, /^hello$/],
    ['another operation', { wrongOperation: true }, false, /Response/],
    ['a DOCTYPE', { doctype: true }, true, /^<!DOCTYPE/],
    ['gzip', { gzip: true }, true, /^<soap:Envelope/],
    ['a huge answer', { huge: 300_000 }, false, /^.{300000}$/s],
    [
      'a huge list',
      { hugeList: 300_000 },
      false,
      /^<soap:Envelope.*(?:<return><a>a{4000}<.a><.return>){75}<.*Envelope>$/,
    ],
    ['a delay', { delay: 5 }, true, /<soap:Body><\/soap:Body>/],
  ])('strikes with %s', async (_what, action, applied, body) => {
    await ox.sandbox.rules([{ match: { operation: 'change', object: ANNA }, action }]);

    expect((await ox.call(USER, 'change', RENAME)).body).toMatch(body);
    expect((await ox.userNamed('anna'))?.nickname).toBe(applied ? 'An' : undefined);
    expect((await ox.call(USER, 'change', RENAME)).fault).toBeNull();
  });

  it.each<[string, object, boolean]>([
    ['a reset before', { reset: 'before' }, false],
    ['a reset after', { reset: 'after' }, true],
    ['a truncated answer', { truncate: 20, applied: true }, true],
  ])('cuts the connection: %s', async (_what, action, applied) => {
    await ox.sandbox.rules([{ match: { nth: 2 }, action }]);
    await ox.call(USER, 'listAll', { ctx: CTX });

    await expect(ox.call(USER, 'change', RENAME)).rejects.toThrow();
    expect((await ox.userNamed('anna'))?.nickname).toBe(applied ? 'An' : undefined);
    expect((await ox.sandbox.calls())[1]?.outcome).toMatch(applied ? /\(applied\)$/ : /\(not applied\)$/);
  });

  it('records calls, counts and connections', async () => {
    await ox.call(USER, 'change', RENAME);
    await ox.call(USER, 'change', { ctx: CTX, usrdata: { id: 42 } });

    expect(await ox.sandbox.calls({ operation: 'change' })).toMatchObject([
      { n: 1, service: USER, context: 10, object: ANNA, outcome: 'ok', body: expect.stringContaining('nickname') },
      { n: 2, outcome: 'fault: No such user 42 in context 10' },
    ]);
    expect(await ox.sandbox.counts()).toMatchObject({ total: 2, byOperation: { 'OXUserService.change': 2 } });
    expect((await ox.sandbox.connections()).soap).toBeGreaterThan(0);
  });

  it('drifts, and compares states without ids', async () => {
    const before = await ox.sandbox.canonicalState();
    await ox.sandbox.drift({ renumber: { context: 10 } });
    expect(await ox.sandbox.canonicalState()).toEqual(before);
    expect((await ox.userNamed('anna'))?.id).toBe(7);
    expect(await ox.membersOf('staff')).toEqual([7]);

    await ox.sandbox.drift([
      { setUser: { context: 10, name: 'bert', fields: { title: 'Sir' } } },
      { deleteUser: { context: 10, name: 'anna' } },
      { deleteGroup: { context: 10, name: 'staff' } },
      { deleteResource: { context: 10, name: 'room' } },
    ]);
    expect((await ox.sandbox.canonicalState()).contexts['10']).toMatchObject({
      users: [{ name: 'bert', title: 'Sir' }],
      groups: [{ name: 'users', members: ['bert', 'oxadmin'] }],
      resources: [],
    });
    await expect(ox.sandbox.drift({ deleteUser: { context: 10, name: 'anna' } })).rejects.toThrow('no anna');
  });

  it('speaks HTTPS with certificates made for it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    const certificates = makeCertificates(folder);
    const secure = await startSandbox({ lean: true, tls: certificates.good });
    const ca = readFileSync(certificates.ca);
    try {
      const status = await new Promise((done, failed) => {
        request(`${secure.url}/sandbox/`, { ca, agent: false }, (response) => done(response.resume().statusCode))
          .on('error', failed)
          .end();
      });
      expect(status).toBe(200);
      expect(await secure.violations()).toEqual([]);
    } finally {
      await secure.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
