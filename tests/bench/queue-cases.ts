/** Verbs that look at the whole queue, also where all of it is refused: eight times as many files, eight times the time. */
import { aContext, deleted, type QueueFile } from '../harness/objects.ts';
import type { Case, Ratio, Result } from './case.ts';
import { interleave, product, type Stage, sample, someUsers, withWorkplace } from './stage.ts';

const FEW = 5000;
const MANY = 40_000;
const MOST = 150_000;

/** The verbs, and what each is called with. */
type Verbs = Readonly<Record<string, readonly string[]>>;

export const lookAtQueue: Case = {
  name: 'look',
  title:
    '`status` and `queue list` with 5,000, 40,000 and 150,000 files (not in the short form), one in five a context',
  run: (stage) =>
    compareLengths(stage, (count) => [...someUsers((count * 4) / 5), ...someContexts(count / 5)], {
      // However many wait, and for how long: it is no failure here.
      status: ['status', '--waiting', '1000000,1000000', '--age', '999999999,999999999'],
      'queue list': ['queue', 'list', '--limit', '0'],
    }),
};

export const allRefused: Case = {
  name: 'refused',
  title: '`plan` with 5,000, 40,000 and 150,000 files (not in the short form), each of which is refused',
  run: (stage) =>
    compareLengths(
      stage,
      (count) => someUsers(count, () => ({ oxContext: 'none' })),
      { plan: ['plan', '--json'] },
      { plan: 150 },
    ),
};

export const planOfCreations: Case = {
  name: 'plan',
  title: '`plan --json` with 5,000 and 40,000 new users (1,500 and 12,000 in the short form)',
  async run(stage) {
    const [few, many] = stage.isShort ? [1500, 12_000] : [FEW, MANY];
    const planAll = (count: number) => () =>
      withWorkplace(stage, async (place) => {
        await stage.sandbox.reset();
        for (const file of someUsers(count)) {
          place.drop(file);
        }
        return sample(stage, { ...product(stage, place), args: ['plan', '--json'] });
      });
    const runs = stage.runs(1, 3);
    const samples = await interleave(runs, { few: planAll(few), many: planAll(many) });
    const value = samples.many.cpuMs / many / (samples.few.cpuMs / few);
    return {
      samples,
      runs,
      ratios: [
        { what: `CPU per file, ${many} against ${few}`, value, target: 1.2 },
        {
          what: `peak memory of ${many} (MiB)`,
          value: samples.many.peakMiB,
          target: stage.isShort ? 150 : 240,
          isSteady: true,
        },
        { what: 'calls per file', value: samples.many.calls / many, target: 1, isSteady: true },
      ],
    };
  },
};

/** Created, changed, deleted. */
function someContexts(count: number): QueueFile[] {
  return Array.from({ length: count }, (_, at) => {
    const context = aContext(100 + Math.floor(at / 3));
    return at % 3 === 2 ? deleted(context) : context;
  });
}

/** `peaks`: verb → the most memory that it may take for 40,000 files (MiB). */
async function compareLengths(
  stage: Stage,
  filesOf: (count: number) => readonly QueueFile[],
  verbs: Verbs,
  peaks: Readonly<Record<string, number>> = {},
): Promise<Result> {
  return withWorkplace(stage, (few) =>
    withWorkplace(stage, (many) =>
      withWorkplace(stage, async (most) => {
        const places = [[FEW, few], [MANY, many], ...(stage.isShort ? [] : ([[MOST, most]] as const))] as const;
        const runs = stage.runs(1, 5);
        const cases = places.flatMap(([count, place]) => {
          // Not all as arguments of one call: there is a limit to those.
          for (const file of filesOf(count)) {
            place.drop(file);
          }
          return Object.entries(verbs).map(
            ([verb, args]) =>
              [
                nameOf(verb, count),
                () => sample(stage, { ...product(stage, place, { OX_CONNECTOR_STOP_ON_ERROR: 'false' }), args }),
              ] as const,
          );
        });
        const samples = await interleave(runs, Object.fromEntries(cases));
        const perFile = (verb: string, count: number): number => (samples[nameOf(verb, count)]?.cpuMs ?? 0) / count;
        const ratios = Object.keys(verbs).flatMap((verb) =>
          places.slice(1).map(
            ([count]): Ratio => ({
              what: `${verb}, CPU per file, ${count} against ${FEW}`,
              value: perFile(verb, count) / perFile(verb, FEW),
              target: 1.2,
            }),
          ),
        );
        const memory = Object.entries(peaks).map(
          ([verb, target]): Ratio => ({
            what: `${verb}, peak memory of ${MANY} (MiB)`,
            value: samples[nameOf(verb, MANY)]?.peakMiB ?? Number.POSITIVE_INFINITY,
            target,
            isSteady: true,
          }),
        );
        return { samples, runs, ratios: [...ratios, ...memory] };
      }),
    ),
  );
}

function nameOf(verb: string, count: number): string {
  return `${verb}, ${count.toLocaleString('en')}`;
}
