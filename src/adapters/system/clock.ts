// The machine's clock and source of randomness. The only place for timers in the product.

import { randomInt } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { Clock, Names } from "../../ports/clock.ts";

/** How soon it is noticed that the clock was set on, or that the machine slept: timers count neither. */
const LONGEST_MS = 30_000;

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
      // A clock that was set back makes nobody wait for longer than they would have.
      const latest = performance.now() + (at - Date.now());
      const leftMs = () => Math.max(0, Math.min(at - Date.now(), latest - performance.now(), LONGEST_MS));
      const look = () => {
        if (leftMs() === 0) finish();
        else timer = setTimeout(look, leftMs());
      };
      let timer = setTimeout(look, leftMs());
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
