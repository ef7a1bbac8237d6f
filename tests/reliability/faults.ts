/**
 * `npm run test:faults`: disturbs every operation of the main job in every way, makes every file operation fail, and
 * changes the world around the binary (signals, clock, files that vanish, certificates); then lets it go on undisturbed.
 */
import { circumstances } from './circumstances.ts';
import { diskFaults } from './disk-faults.ts';
import { faultMatrix } from './fault-matrix.ts';
import { rehearseAll } from './reference.ts';
import { openStage } from './stage.ts';
import { conclude, readWalkOptions, type Tally, useMemoryForFiles, walk } from './walk.ts';

const started = performance.now();
const { lanes, only, short } = readWalkOptions();
useMemoryForFiles();
const stages = await Promise.all(Array.from({ length: lanes }, () => openStage()));
const tally: Tally = { passed: 0, failed: [] };
try {
  const [first] = stages;
  const references = first ? await rehearseAll(first, '') : [];
  const parts = {
    'SOAP calls disturbed': faultMatrix(references, short),
    'file operations failed': diskFaults(references, short),
    'other circumstances': circumstances(references, short),
  };
  for (const [what, cases] of Object.entries(parts)) {
    const chosen = cases.filter(({ name }) => name.includes(only));
    process.stdout.write(`${chosen.length} ${what}\n`);
    await walk(chosen, stages, tally);
  }
} finally {
  await Promise.all(stages.map((stage) => stage.close()));
}
conclude(tally, started);
