// Many names in few words: those that follow each other become `web-01 … web-20`. Pure.

/** Shorter runs are as easily read one by one. */
const SHORTEST_RUN = 3;

/** `names` are some of `all`, which says what follows what; in the order of `all`, at most so many pieces. */
export function shortly(names: readonly string[], all: readonly string[], atMost = 12): string {
  const wanted = new Set(names);
  const pieces: string[] = [];
  let run: string[] = [];
  const close = () => {
    if (run.length >= SHORTEST_RUN) pieces.push(`${run[0]} … ${run.at(-1)}`);
    else pieces.push(...run);
    run = [];
  };
  for (const name of all) {
    if (wanted.has(name)) run.push(name);
    else close();
  }
  close();
  if (pieces.length <= atMost) return pieces.join(", ");
  return `${pieces.slice(0, atMost - 1).join(", ")} and ${pieces.length - atMost + 1} more`;
}
