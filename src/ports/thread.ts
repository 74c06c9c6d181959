// Where things are shown: messages that change, what is said below them, and direct messages. Knows nothing of what they mean.

import type { Message } from "../views/message.ts";

/** Where a message is: channel and its own id there. */
export interface Place {
  channel: string;
  ts: string;
}

export type ThreadTrouble =
  | "rateLimited"
  /** Certainly not done, and worth another try. */
  | "unreachable"
  /** Nobody knows: it may have been done. Look for it before doing it again. */
  | "unknown"
  /** Will not be done however often it is tried: this message is too long, or not as it has to be. */
  | "refused"
  /** Nothing goes to this channel or person until somebody mends it: archived, not a member, not to be written to. */
  | "shut"
  /** Nothing goes anywhere until somebody mends it: the bot's own way in is closed. */
  | "barred"
  /** The message stands and can no longer be changed. */
  | "fixed"
  /** The message is not there any more, nor the thread below it. */
  | "gone";

export type FromThread<T> =
  | { ok: true; value: T }
  | { ok: false; trouble: ThreadTrouble; detail: string; retryAfterMs?: number };

export interface Thread {
  /**
   * `channel` is a channel of the configuration, or a person's id: then it is a direct message. `key` is kept with the message, so that `find` can tell it
   * again. With `under`, it goes into that message's thread.
   */
  post(channel: string, message: Message, as: { key: string; under?: Place }): Promise<FromThread<Place>>;
  update(place: Place, message: Message): Promise<FromThread<null>>;
  /** Our own message with this key, posted since then (ms since 1970); null when there is none. */
  find(
    channel: string,
    wanted: { key: string; since: number; under?: Place | undefined },
  ): Promise<FromThread<Place | null>>;
}
