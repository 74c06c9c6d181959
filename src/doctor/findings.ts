// One thing that was found, and the parts of everything that is looked at. Shapes only.

import type { About, Area, Mark } from "../chat/sentences/doctor.ts";
import type { Target } from "../deploy/order.ts";

export interface Finding {
  area: Area;
  /** Null where it is not about one target. */
  target: Target | null;
  /** What it is about, by the name that people know: a host, a check, a channel. */
  subject: string;
  mark: Mark;
  about: About;
}

/** The findings of one area about what is not one target's. */
export function findingsOf(area: Area, target: Target | null = null) {
  return (subject: string, mark: Mark, about: About): Finding => ({ area, target, subject, mark, about });
}
