/** A real browser that opens a file: Debian's Chromium, spoken to over a pipe in its own protocol. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

/** null: it is there. */
export function missingBrowser(): string | null {
  return spawnSync('chromium', ['--version']).error ? 'chromium' : null;
}

export interface View {
  /** What an expression gives in the page, whatever the page itself may run. */
  evaluate(expression: string): Promise<unknown>;
  /** PNG. */
  screenshot(): Promise<Buffer>;
  pdf(): Promise<Buffer>;
  /** Addresses that were asked for. */
  readonly requests: readonly string[];
}

export interface Browser {
  open(file: string, width: number, height: number): Promise<View>;
  close(): Promise<void>;
}

type Message = { readonly id?: number; readonly method?: string; readonly params?: Params; readonly result?: Params };
type Params = Readonly<Record<string, unknown>>;

export function startBrowser(): Browser {
  const profile = mkdtempSync(join(tmpdir(), 'ox-connector-browser-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'];
  const child = spawn('chromium', [...flags, '--remote-debugging-pipe', `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const talk = new Conversation(child);
  return {
    async open(file, width, height) {
      const { targetId } = await talk.ask('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await talk.ask('Target.attachToTarget', { targetId, flatten: true });
      const ask = (method: string, params: Params = {}): Promise<Params> => talk.ask(method, params, String(sessionId));
      const requests: string[] = [];
      const loaded = new Promise<void>((done) => {
        talk.hear((method, params) => {
          if (method === 'Network.requestWillBeSent') {
            requests.push(String((params.request as Params).url));
          } else if (method === 'Page.loadEventFired') {
            done();
          }
        });
      });
      await ask('Network.enable');
      await ask('Page.enable');
      await ask('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
      await ask('Page.navigate', { url: pathToFileURL(file).href });
      await loaded;
      return {
        requests,
        async evaluate(expression) {
          const { result } = await ask('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
          return (result as Params).value;
        },
        screenshot: async () =>
          bytes(await ask('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true })),
        pdf: async () => bytes(await ask('Page.printToPDF', { printBackground: true })),
      };
    },
    async close() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function bytes({ data }: Params): Buffer {
  return Buffer.from(String(data), 'base64');
}

/** Messages of JSON, each ended by a zero. */
class Conversation {
  readonly #into: Writable;
  readonly #open = new Map<number, (message: Message) => void>();
  #listener: (method: string, params: Params) => void = () => undefined;
  #count = 0;
  #rest = '';

  constructor({ stdio }: ChildProcess) {
    this.#into = stdio[3] as Writable;
    (stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  hear(listener: (method: string, params: Params) => void): void {
    this.#listener = listener;
  }

  ask(method: string, params: Params, sessionId?: string): Promise<Params> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((done, fail) => {
      this.#open.set(id, ({ result, ...rest }) =>
        result === undefined ? fail(new Error(`${method}: ${JSON.stringify(rest)}`)) : done(result),
      );
      this.#into.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
  }

  #take(text: string): void {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop() ?? '';
    for (const each of messages) {
      const message = JSON.parse(each) as Message;
      if (message.id !== undefined) {
        this.#open.get(message.id)?.(message);
        this.#open.delete(message.id);
      } else if (message.method !== undefined) {
        this.#listener(message.method, message.params ?? {});
      }
    }
  }
}
