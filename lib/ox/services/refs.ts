/** How an object in a context is named to OX. */

/** OX takes the id if there is one, else the name. */
export type Ref = { readonly id: number; readonly name?: string } | { readonly name: string };

export function describeRef(ref: Ref): string {
  return ref.name === undefined && 'id' in ref ? `with id ${ref.id}` : JSON.stringify(ref.name);
}

export function refs(ids: readonly number[]): { id: number }[] {
  return ids.map((id) => ({ id }));
}
