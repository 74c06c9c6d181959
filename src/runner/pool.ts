// Works through a list, so many at a time. Knows nothing of the work.

/** Starts `work` on each item, at most `atOnce` at the same time, in order; stops starting when `enough()` says so. Resolves when all that was started is done; a fault stops
 * the starting, and rejects when what was under way is done. */
export async function pool<T>(
  items: readonly T[],
  { atOnce, enough }: { atOnce: number; enough: () => boolean },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const open = [...items];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let item = open.shift(); item !== undefined && failures.length === 0 && !enough(); item = open.shift()) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
