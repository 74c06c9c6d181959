// What comes in from chat: words that were typed, buttons that were pressed, forms that were sent, and the one who answers. Interfaces only.

import type { Person } from "../deploy/order.ts";
import type { Part } from "../views/message.ts";
import type { Reply } from "./command.ts";
import type { Typed } from "./registry.ts";

/** `action` and `value` are the button's own. */
export interface Pressed {
  action: string;
  value: string;
  by: Person;
}

/** `action` and `value` are the form's own; `words` is what was written into it. */
export interface Sent {
  action: string;
  value: string;
  words: string;
  by: Person;
}

/** None of these ever rejects. `once` is a name of its own for what came in, the same when it is delivered again, perhaps to another process. */
export interface Answerer {
  typed(typed: Typed, once?: string): Promise<Reply>;
  pressed(pressed: Pressed, once?: string): Promise<Reply>;
  sent(sent: Sent, once?: string): Promise<Reply>;
  /** What somebody is told who has waited for long. */
  late(): Reply;
  /** The page that the bot shows to this person about itself: at most 90 parts. */
  home(person: Person): Promise<Part[]>;
}
