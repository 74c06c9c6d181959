// The bot's Home tab: the page that the answerer gives, as one of Slack's views. Knows nothing of what stands on it.

import type { HomeView } from "@slack/types";
import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import type { Reply } from "../../chat/command.ts";
import type { Answerer } from "../../chat/entry.ts";
import { date, t } from "../../chat/text.ts";
import type { Person } from "../../deploy/order.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Part } from "../../views/message.ts";
import { viewBlocks } from "./blocks.ts";

const MOST_BLOCKS = 100;
/** A reply is a few lines; the page itself has to remain. */
const MOST_ON_TOP = 10;

export interface HomePages {
  /**
   * Asks for the page and publishes it. `reply` is shown on top of it. With `instead`, it is published only where that version still stands, since what was
   * published meanwhile is newer. Rejects with what Slack's client throws.
   */
  publish(person: Person, how?: { reply?: Reply; instead?: string | undefined }): Promise<void>;
}

export function homePages(client: WebClient, answerer: Answerer, clock: Clock): HomePages {
  return {
    async publish(person, { reply, instead } = {}) {
      const page = await answerer.home(person);
      const view = homeView(page, { reply, now: clock.now() });
      const hash = instead ? { hash: instead } : {};
      await client.views.publish({ user_id: person.id, view, ...hash }).catch((error: unknown) => {
        const isOlder = error instanceof WebAPIPlatformError && error.data.error === "hash_conflict";
        if (!isOlder) throw error;
      });
    },
  };
}

/** Exported for its tests: never more than Slack's 100 blocks. */
export function homeView(page: Part[], { reply, now }: { reply?: Reply | undefined; now: number }): HomeView {
  const said: Part[] = reply ? [...(reply.parts?.length ? reply.parts : [words(reply)]), { part: "line" }] : [];
  const top = viewBlocks(said, MOST_ON_TOP);
  const end = viewBlocks([{ part: "note", text: t`As of ${date(now)}` }], 1);
  return { type: "home", blocks: [...top, ...viewBlocks(page, MOST_BLOCKS - top.length - end.length), ...end] };
}

function words({ text }: Reply): Part {
  return { part: "text", text };
}
