/** What is remembered of DNs that were given up (lib/memory/former-dns.ts) goes when nothing older waits or is set aside. */
import type { Memory } from '../memory/memory.ts';
import type { Parking } from '../queue/parking.ts';

/** To be called with an empty queue. May be cut off and repeated. */
export function forgetFormerDns(memory: Pick<Memory, 'forgetFormerDns'>, parking: Pick<Parking, 'list'>): void {
  if (parking.list().length === 0) {
    memory.forgetFormerDns();
  }
}
