// Whether Slack can reach the bot, and since when. Knows no message.

import type { SocketModeReceiver } from "@slack/bolt";
import type { Clock } from "../../ports/clock.ts";
import type { SlackLink } from "../../ports/meters.ts";

/** From here on; a socket that is refreshed by Slack counts from then. */
export function watchLink({ client }: SocketModeReceiver, clock: Clock): () => SlackLink {
  let since = clock.now();
  let open = false;
  const look = () => {
    const active = client.websocket?.isActive() === true;
    if (active !== open) since = clock.now();
    open = active;
  };
  for (const change of ["connected", "close"]) client.on(change, look);
  return () => {
    look();
    return { connected: open, since };
  };
}
