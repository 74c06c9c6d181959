// What a picture of a check is made of: a few points of the canary and of the rest of the fleet, kept with the reading where it may be shown. Shape only.

import { z } from "zod";

const values = z.array(z.number().nullable());

export const drawn = z.object({
  /** Starts of the points in ms since 1970, at most 20, in the order of time. */
  times: z.array(z.number()),
  /** How much time one point stands for. */
  widthMs: z.number(),
  /** One for each time; null where nothing is known. Of a query with groups the one that decided. */
  canary: values,
  /** The same of the rest of the fleet: of groups their median. Only nulls when it is not known. */
  rest: values,
  /** When the first canary host was touched. */
  touchedAt: z.number(),
});
export type Drawn = z.infer<typeof drawn>;
