// Adds up what each check would have said, against how the deploys ended in fact. Pure.

import type { Tally } from "../chat/sentences/replaying.ts";
import type { Past } from "./history.ts";
import type { Said } from "./replaying.ts";

/** One deploy, with what each check would have said of it, by name. */
export interface Replayed {
  past: Past;
  said: ReadonlyMap<string, Said>;
  /** Width of its points, where they are kept less finely than was asked for; null otherwise. */
  widthMs: number | null;
  askedMs: number;
}

export function tallyOf(check: string, replayed: readonly Replayed[]): Tally {
  const all = replayed.flatMap(({ past, said }) => {
    const one = said.get(check);
    return one ? [{ ending: past.ending, says: one.says, stops: stopsIt(one) }] : [];
  });
  const stopped = all.filter(({ stops }) => stops);
  const wentBack = ({ ending }: { ending: Past["ending"] }) => ending === "stopped" || ending === "takenBack";
  const stayed = ({ ending }: { ending: Past["ending"] }) => ending === "stayed";
  const passed = all.filter(({ says }) => says === "pass");
  return {
    check,
    deploys: all.length,
    stops: stopped.length,
    right: stopped.filter(wentBack).length,
    falseAlarms: stopped.filter(stayed).length,
    unclear: stopped.filter(({ ending }) => ending === "otherwise").length,
    missed: passed.filter(wentBack).length,
    toldOfStayed: [...stopped, ...passed].filter(stayed).length,
    untold: all.length - stopped.length - passed.length,
    stopsUntold: stopped.filter(({ says }) => says === "untold").length,
  };
}

function stopsIt(said: Said): boolean {
  return said.says === "stop" || (said.says === "untold" && said.stops);
}
