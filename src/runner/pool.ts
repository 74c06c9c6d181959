// Works through a list, so many at a time. Knows nothing of the work.

/** Starts `work` on each item, at most `atOnce` at the same time, in order; stops starting when `enough()` says so. Resolves when all that was started is done. */
export async function pool<T>(
  items: readonly T[],
  { atOnce, enough }: { atOnce: number; enough: () => boolean },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const open = [...items];
  const worker = async () => {
    for (let item = open.shift(); item !== undefined && !enough(); item = open.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
