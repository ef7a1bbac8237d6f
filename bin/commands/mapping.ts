/** `mapping`: AttributeMapping.json, checked before it is written. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { ConnectorError } from '../../lib/errors/connector-error.ts';
import { printable, printableJson } from '../../lib/errors/printable.ts';
import { syncDirectory, writeDurably } from '../../lib/files/durable.ts';
import { changeMapping, differencesOf, type MappingChange, readChanges } from '../../lib/ox/mapping/edit.ts';
import { type Mapping, readMappingFile } from '../../lib/ox/mapping/mapping.ts';
import { moved } from '../../lib/queue/aside.ts';
import { mappingMistakes } from '../../lib/validate/files.ts';
import { confirm } from '../confirmation.ts';
import type { Frame } from '../frame.ts';
import { runVerb, type Terminal } from '../terminal.ts';

export function addMappingVerb(program: Command, terminal: Terminal): void {
  const mapping = program.command('mapping').summary('which OX field comes from which UDM property');
  const run = (self: Command, act: (frame: Frame) => void | Promise<void>): Promise<void> =>
    runVerb(terminal, self, { lock: false }, async (frame) => {
      await act(frame);
      return 0;
    });
  mapping
    .command('dump')
    .description('Prints the mapping in use, as AttributeMapping.json has it.')
    .action((_options: object, self: Command) =>
      run(self, (frame) => void process.stdout.write(`${printableJson(current(frame), 2)}\n`)),
    );
  mapping
    .command('modify')
    .description('Changes the mapping: shows the difference, then writes it. The options may be repeated.')
    .option('--set <ox udm...>', 'OX field and UDM property: the field comes from the property')
    .option('--unset <ox...>', 'OX field: it is emptied in OX, at every change of a user')
    .option('--leave-alone <ox...>', 'OX field: what is in OX stays, whoever wrote it')
    .option('--set-alternatives <ox udm...>', 'OX field and UDM properties asked in turn where the first is empty')
    .option('--unset-alternatives <ox...>', 'OX field: it has no alternatives')
    .option('--dry-run', 'only show the difference')
    .action(async (options: { dryRun?: boolean }, self: Command) => {
      const changes = readChanges(terminal.words);
      if (typeof changes === 'string' || changes.length === 0) {
        return self.error(`error: ${typeof changes === 'string' ? changes : 'nothing to change'}`);
      }
      return run(self, (frame) => modify(frame, changes, options.dryRun === true));
    });
  mapping
    .command('restore-default')
    .description(
      'Puts AttributeMapping.json aside, a broken one too, so that the default mapping is used. Keeps it as ' +
        'AttributeMapping.json.TIME.bak, and asks first.',
    )
    .option('-y, --yes', 'do not ask')
    .action((options: { yes?: boolean }, self: Command) =>
      run(self, (frame) => restoreDefault(fileOf(frame), options.yes === true)),
    );
}

async function restoreDefault(file: string, isConfirmed: boolean): Promise<void> {
  if (!existsSync(file)) {
    process.stdout.write(`the default mapping is in use: there is no ${file}\n`);
    return;
  }
  await confirm(`Stop using ${file}? Users follow the default mapping from then on.`, isConfirmed);
  const backup = `${file}.${new Date().toISOString().replaceAll(':', '-')}.bak`;
  if (moved(file, backup)) {
    syncDirectory(dirname(file));
  }
  process.stdout.write(`the default mapping is used; the former one is kept: ${backup}\n`);
}

function modify(frame: Frame, changes: readonly MappingChange[], dryRun: boolean): void {
  const before = current(frame);
  const after = changeMapping(before, changes);
  const mistakes = mappingMistakes(after);
  if (mistakes.length > 0) {
    throw new ConnectorError('MAPPING_BROKEN', `the mapping would be broken: ${mistakes.join('; ')}`, {
      remedy: 'Nothing was written. The names of OX fields are those of `mapping dump` and of docs/attributes.md.',
    });
  }
  const difference = differencesOf(before, after);
  process.stdout.write(difference.length === 0 ? 'no difference\n' : `${difference.map(printable).join('\n')}\n`);
  if (difference.length > 0 && !dryRun) {
    writeDurably(fileOf(frame), `${JSON.stringify(after, null, 2)}\n`);
    process.stdout.write('written: users follow with their next change, or with `reprovision --type users/user`\n');
  }
}

function current(frame: Frame): Mapping {
  return readMappingFile(fileOf(frame), mappingMistakes);
}

function fileOf({ settings }: Frame): string {
  return join(settings.dataDirectory, 'AttributeMapping.json');
}
