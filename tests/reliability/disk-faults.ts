/** Lets each file operation of a run fail as on a disk that is full, read-only, forbidden or broken. */
import { describeOperation, type FileOperation, type Strike } from './operations.ts';
import type { Reference } from './reference.ts';
import type { Stage } from './stage.ts';
import type { Case } from './walk.ts';

interface Kind {
  readonly name: string;
  readonly act: Extract<Strike['act'], object>;
  /** The operations that may fail so. */
  readonly kinds: readonly FileOperation['kind'][];
}

const GROWING = ['create', 'write', 'mkdir', 'link'] as const;
const CHANGING = [...GROWING, 'truncate', 'rename', 'unlink', 'chmod'] as const;

const KINDS: readonly Kind[] = [
  { name: 'disk full from here on', act: { fail: 'ENOSPC', kinds: GROWING }, kinds: GROWING },
  { name: 'disk full once', act: { fail: 'ENOSPC' }, kinds: GROWING },
  { name: 'quota used up from here on', act: { fail: 'EDQUOT', kinds: GROWING }, kinds: GROWING },
  { name: 'read-only from here on', act: { fail: 'EROFS', kinds: CHANGING }, kinds: CHANGING },
  { name: 'no permission', act: { fail: 'EACCES' }, kinds: ['create', 'rename', 'unlink', 'mkdir', 'link'] },
  { name: 'I/O error', act: { fail: 'EIO' }, kinds: ['write', 'fsync', 'rename', 'unlink'] },
];

const DATA = 74;

/** In the short form the first kind only. */
export function diskFaults(references: readonly Reference[], short: boolean): Case<Stage>[] {
  const kinds = KINDS.slice(0, short ? 1 : undefined);
  const chosen = references.filter(({ scenario }) => scenario.short);
  return chosen.flatMap((reference) =>
    reference.performance.operations.flatMap((operation) =>
      kinds
        .filter((kind) => kind.kinds.includes(operation.kind))
        .map((kind) => ({
          name: `${reference.scenario.name}: ${kind.name}: ${describeOperation(operation, reference.performance.place.data)}`,
          check: (stage: Stage) => fail(stage, reference, { at: operation.n, act: kind.act }),
        })),
    ),
  );
}

async function fail(stage: Stage, { scenario, outcome }: Reference, strike: Strike): Promise<string | null> {
  const performance = await stage.perform(scenario, { strike });
  const { place, result } = performance;
  const wrong = wrongEnd(result.code, result.stderr) ?? (await stage.recover(performance, scenario, outcome));
  place.remove();
  return wrong && `${wrong}\n${result.stderr}`;
}

/** 0: it happened to something that is only information, as the record of how the last run ended. */
function wrongEnd(code: number | null, stderr: string): string | null {
  if (code === 0) {
    return /Error/.test(stderr) ? 'exit code 0 in spite of an error' : null;
  }
  if (code !== DATA) {
    return `exit code ${code}, expected ${DATA}`;
  }
  const says = [/cannot (?:write|read|lock) .*(?:ox-connector-|data directory)/, /What to do: ./];
  const missing = says.find((each) => !each.test(stderr));
  return missing ? `the output does not say ${missing}` : null;
}
