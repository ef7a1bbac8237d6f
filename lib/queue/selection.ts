/** Which of the files that wait or were set aside are meant, and what they have in common. */
import type { ObjectType } from '../model/change.ts';
import type { AsideFile, DescribedFile } from './describe.ts';

export interface Selection {
  /** Only those that are not as they must be. */
  readonly invalid?: boolean | undefined;
  readonly type?: ObjectType | undefined;
  /** A part of the DN or the id, in capitals or not. */
  readonly object?: string | undefined;
}

export function isSelected({ type, dn, id, mistakes }: DescribedFile, selection: Selection): boolean {
  const part = selection.object?.toLowerCase() ?? '';
  return (
    (selection.invalid !== true || mistakes !== '') &&
    (selection.type === undefined || selection.type === type) &&
    (dn.toLowerCase().includes(part) || id.toLowerCase().includes(part))
  );
}

export interface ReasonGroup {
  /** Of the first file. */
  readonly reason: string;
  readonly remedy: string;
  readonly files: readonly AsideFile[];
}

/** Files that were set aside for the same reason, whatever object each is about; the largest group first. */
export function groupByReason(files: readonly AsideFile[]): ReasonGroup[] {
  const groups = new Map<string, { reason: string; remedy: string; files: AsideFile[] }>();
  for (const file of files) {
    const [reason = '', remedy = ''] = file.reason.split(/\.? What to do: /s);
    const key = common(reason, file);
    const group = groups.get(key) ?? { reason, remedy, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.files.length - a.files.length);
}

/** What a reason says beside names, values and numbers. */
function common(reason: string, { dn, id, name }: AsideFile): string {
  const own = [dn, id, name].filter((text) => text !== '');
  return own
    .reduce((text, each) => text.replaceAll(each, '…'), reason)
    .replace(/"[^"]*"|'[^']*'|“[^”]*”/g, '…')
    .replace(/\S*[@=]\S*/g, '…')
    .replace(/\d+/g, '#');
}
