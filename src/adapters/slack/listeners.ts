// Listens to what people do in Slack: acknowledges at once, hands it to the answerer, and shows the reply to the one who asked. Knows no command and no
// button by name.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { App, ViewSubmitAction } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import type { Reply } from "../../chat/command.ts";
import type { Answerer } from "../../chat/entry.ts";
import type { Person } from "../../deploy/order.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import { directChannels } from "./direct.ts";
import { FORM } from "./forms.ts";
import { homePages } from "./home.ts";
import { type Incoming, pressedIn, sentIn, typedIn } from "./incoming.ts";
import { passOnce } from "./once.ts";
import { type Asking, replies } from "./replies.ts";
import { troubleOf } from "./troubles.ts";

/** The stores and Datadog have given up by then; a repository that is fetched may take longer. */
const STILL_AT_IT_AFTER_MS = 12_000;

interface Parts {
  client: WebClient;
  answerer: Answerer;
  clock: Clock;
  log: Log;
  /** Sends answers to the addresses that Slack gives; Node's own when left out. */
  fetch?: typeof fetch;
  /** Told when something came in once more. */
  duplicate?: () => void;
}

/** Returns how to wait until everything that was begun so far has been answered. */
export function listen(app: App, { client, answerer, clock, log, duplicate, ...ways }: Parts): () => Promise<unknown> {
  const { begin, underWay } = work(log);
  const first = passOnce(clock, duplicate);
  const home = homePages(client, answerer, clock);
  const show = replies({ client, direct: directChannels(client), home, log, ...ways });

  async function publish(by: Person, instead?: string): Promise<void> {
    await home.publish(by, { instead }).catch((error: unknown) => {
      log.warn("the Home page could not be published", { error: troubleOf(error).detail, person: by.id });
    });
  }

  /** What comes in once more goes nowhere. */
  function answer<T>({ what, once, asking }: Incoming<T>, reply: (what: T, once: string) => Promise<Reply>): void {
    if (first(once)) begin(() => answered(reply(what, once), asking));
  }

  /** Nobody is left without a word for long, whatever it is that does not answer. */
  async function answered(reply: Promise<Reply>, asking: Asking): Promise<void> {
    const inTime = new AbortController();
    const late = clock.until(clock.now() + STILL_AT_IT_AFTER_MS, inTime.signal).then(() => null);
    const early = await Promise.race([reply, late]);
    inTime.abort();
    if (early === null) await show(answerer.late(), asking);
    await show(early ?? (await reply), asking);
  }

  /** Whoever acknowledges too late, or to a socket that was cut, has been told so by Slack; what comes of it is said all the same. */
  async function acknowledged(ack: () => Promise<void>): Promise<void> {
    await ack().catch((error: unknown) => log.warn("Slack was not acknowledged to", { error: String(error) }));
  }

  app.command(/.*/, async ({ command, ack }) => {
    await acknowledged(ack);
    answer(typedIn(command), answerer.typed);
  });
  app.action({ type: "block_actions" }, async ({ action, body, ack }) => {
    await acknowledged(ack);
    if (action.type === "button") answer(pressedIn(body, action), answerer.pressed);
  });
  app.view<ViewSubmitAction>({ type: "view_submission", callback_id: FORM }, async ({ body, ack }) => {
    // Closes the form; what comes of it is said where it was asked for.
    await acknowledged(ack);
    const { what, once, asking } = sentIn(body);
    const { home: wasHome, ...to } = asking.to;
    if (!first(once)) return;
    begin(async () => {
      await answered(answerer.sent(what, once), { ...asking, to });
      // The page behind the form may say something else by now.
      if (wasHome) await publish(asking.by);
    });
  });
  app.event("app_home_opened", async ({ event, body }) => {
    if (event.tab !== "home" || !first(`event ${body.event_id}`)) return;
    const shown = event.view as { hash?: string } | undefined;
    // Slack tells the id only. A page that was published since then is the newer one.
    begin(() => publish({ id: event.user, name: event.user }, shown?.hash));
  });
  return underWay;
}

/**
 * Work after the acknowledgement: it is waited for when the bot stops, and a fault in it is told. One begins per turn of the event loop: where many people have typed at once, all of
 * them are acknowledged before the first one's answer is under way.
 */
function work(log: Log) {
  const open = new Set<Promise<void>>();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    begin(task: () => Promise<void>): void {
      turn = turn.then(() => nextTurn());
      const done = turn
        .then(task)
        .catch((error: unknown) => log.error("Slack's listener failed", { error: String(error) }))
        .finally(() => open.delete(done));
      open.add(done);
    },
    underWay: () => Promise.allSettled(open),
  };
}
