// How a payload gets to the app: by socket or by HTTP. Shapes only.

import type { Fields } from "../json.ts";
import type { PayloadKind } from "../types.ts";

export interface Parcel {
  kind: PayloadKind;
  payload: Fields;
  retry?: { attempt: number; reason: string };
}

/** The app isn't there, or its answer isn't one. */
export class Undeliverable extends Error {}

export interface Road {
  /** Resolves with the body of the acknowledgement. Throws `Undeliverable`; settles no later than when `signal` aborts, with whatever. */
  send(parcel: Parcel, signal: AbortSignal): Promise<unknown>;
}
