/** A mailbox that gets another address. */
import type { Progress } from '../sync/steps.ts';
import type { Facet, Situation } from './facet.ts';
import { adding, removing } from './lists.ts';

/** What the server's own rename leaves behind at the old address. */
export async function moveTheRest(
  from: string,
  to: string,
  facets: Iterable<Facet>,
  progress: Progress,
  { site, server }: Pick<Situation, 'site' | 'server'>,
): Promise<void> {
  for (const alias of site.valuesOf('aliases', from)) {
    await progress.carry(adding('aliases', { ...alias, owner: to }, site, server, 'moved'));
    await progress.carry(removing('aliases', alias, site, server));
  }
  for (const facet of facets) {
    if (facet.name === 'contact' || facet.name === 'mappings') {
      await progress.carryAll(facet.clear(from, site, server));
    }
  }
  const quota = site.quotas.get(from);
  if (quota !== undefined) {
    site.quotas.delete(from);
    site.quotas.set(to, quota);
  }
}
