/** One after the other, in the order of asking: what looks first and acts then, and must not be outrun between the two. */

export type InTurn = <Result>(act: () => Promise<Result>) => Promise<Result>;

export function createTurns(): InTurn {
  let before: Promise<unknown> = Promise.resolve();
  return (act) => {
    const turn = before.then(act);
    before = turn.catch(() => undefined);
    return turn;
  };
}
