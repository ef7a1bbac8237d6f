/** Where the built binary is tested: one sandbox for the test file, and a data directory for each test. */
import { type Sandbox, startSandbox } from '../sandbox/client.ts';
import { makeWorkplace, type RunResult, type Workplace } from './workplace.ts';

export interface Scene {
  readonly sandbox: Sandbox;
  readonly place: Workplace;
  /** Runs the binary with these words. */
  readonly verb: (...words: string[]) => Promise<RunResult>;
}

/** Both are fresh in every test; no test may make the sandbox note a violation of the contract. */
export function useScene(): Scene {
  let sandbox: Sandbox;
  let place: Workplace;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.stop());
  beforeEach(async () => {
    await sandbox.reset();
    place = makeWorkplace(sandbox.url);
  });
  afterEach(async () => {
    place.remove();
    expect(await sandbox.violations()).toEqual([]);
  });

  return {
    get sandbox() {
      return sandbox;
    },
    get place() {
      return place;
    },
    verb: (...words) => place.run({ args: words }),
  };
}
