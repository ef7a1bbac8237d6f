/** Two objects that want the same thing of OX, and changes that OX refuses. */
import type { QueueFile } from './objects.ts';
import type { Site } from './site.ts';

export const OTHER = '99999999-0000-4000-8000-000000000000';

/** Another object with the same properties. */
export const other = (file: QueueFile, dn = `cn=other,${file.dn}`): QueueFile => ({ ...file, id: OTHER, dn });

/** OX refuses the operation from now on. */
export const refuse = (site: Site, operation: string, text: string): Promise<unknown> =>
  site.ox.rules([
    { match: { operation }, times: 1000, action: { fault: { exception: 'InvalidDataException', text } } },
  ]);

/** A file that was refused is dropped, as the manual says, and OX refuses nothing more. */
export async function drop(site: Site): Promise<void> {
  site.place.clearQueue();
  await site.ox.clearRules();
}
