// Ends the hosts' processes when the playground itself goes away without having closed its fleet. Knows nothing of hosts.

const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** The listeners put up here, by all fleets of this process. */
const ours = new Set<unknown>();

/** Calls `end` when this process exits, also by a signal that nobody else listens to. Returns the way to stop watching. */
export function onLastResort(end: () => void): () => void {
  function exit(): void {
    end();
  }
  function signalled(signal: NodeJS.Signals): void {
    // Somebody else listens: closing in good order is theirs, and `exit` still comes when they are done.
    if (process.listeners(signal).some((listener) => !ours.has(listener))) return;
    end();
    stop();
    process.kill(process.pid, signal);
  }
  function stop(): void {
    ours.delete(signalled);
    process.removeListener("exit", exit);
    for (const signal of signals) process.removeListener(signal, signalled);
  }

  ours.add(signalled);
  process.on("exit", exit);
  // Before all others: a listener that wants to be called once is no longer in the list when it has been called.
  for (const signal of signals) process.prependListener(signal, signalled);
  return stop;
}
