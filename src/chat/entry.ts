// What comes in from chat: words that were typed and buttons that were pressed, and the one who answers. Interfaces only.

import type { Person } from "../deploy/order.ts";
import type { Reply } from "./command.ts";
import type { Typed } from "./registry.ts";

export interface Pressed {
  wish: string;
  deploy: string;
  by: Person;
}

export interface Answerer {
  /** Never rejects. */
  typed(typed: Typed): Promise<Reply>;
  pressed(pressed: Pressed): Promise<Reply>;
}
