// The machine's clock and source of randomness. The only place for timers in the product.

import { randomInt } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { Clock, Names } from "../../ports/clock.ts";

/** Longest wait that Node's timers take at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  until: (at, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const timer = setTimeout(finish, Math.min(Math.max(0, at - Date.now()), LONGEST_MS));
      if (signal === undefined) return;
      // All that a bot waits for ends with the same signal: many listeners are no leak.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", finish, { once: true });
    }),
};

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

/** Eight letters and digits that are hard to mistake for each other: one in 10^11 for two to meet. */
export const randomNames: Names = {
  fresh: () => Array.from({ length: 8 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join(""),
};
