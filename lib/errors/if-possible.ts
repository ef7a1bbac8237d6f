/** What is done, or asked for, where it can be: whoever calls it says why it does not matter where it cannot. null: it could not. */
export function ifPossible<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
