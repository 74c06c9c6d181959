// What the small app of the tests does when it is spoken to.

import type { App } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { actions, asBlocks, button, plain, section } from "./blocks.ts";

const confirm = { title: plain("Sure?"), text: plain("It stops."), confirm: plain("Abort"), deny: plain("Keep going") };

export function card(state: string): ReturnType<typeof asBlocks> {
  const abort = button("abort", { value: "d1", style: "danger", confirm, text: plain("Abort") });
  return asBlocks(section(`*web* is ${state}`), actions(abort, button("ask", { text: plain("Say why") })));
}

const reason = {
  type: "modal",
  callback_id: "reason",
  title: plain("Why?"),
  submit: plain("Send"),
  blocks: [
    {
      type: "input",
      block_id: "why",
      label: plain("Reason"),
      element: { type: "plain_text_input", action_id: "text" },
    },
  ],
} as unknown as ModalView;

/** `/ship` posts a message that changes and has a thread; `/shout` answers openly; a button asks in a modal. */
export function listeners(app: App): void {
  app.command("/ship", async ({ ack, command, client, respond }) => {
    await ack(`Shipping ${command.text}`);
    const channel = command.channel_id;
    const posted = await client.chat.postMessage({ channel, text: "started", blocks: card("started") });
    const ts = String(posted.ts);
    await client.chat.postMessage({ channel, thread_ts: ts, text: "canary is out" });
    await client.chat.update({ channel, ts, text: "half", blocks: card("half done") });
    await respond({ text: "later", response_type: "ephemeral" });
  });
  app.command("/shout", async ({ ack, command, client }) => {
    await ack({ response_type: "in_channel", text: `heard: ${command.text}` });
    await client.chat.postEphemeral({ channel: command.channel_id, user: command.user_id, text: "between us" });
  });
  app.action("abort", async ({ ack, body, client, action }) => {
    await ack();
    const value = "value" in action ? action.value : "";
    await client.chat.postMessage({ channel: body.channel?.id ?? "", text: `aborted ${value} by ${body.user.id}` });
  });
  app.action("ask", async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: "trigger_id" in body ? body.trigger_id : "", view: reason });
  });
  app.view("reason", async ({ ack, view, client, body }) => {
    const value = view.state.values.why?.text?.value ?? "";
    if (value.length < 3) return ack({ response_action: "errors", errors: { why: "A little longer, please." } });
    await ack();
    await client.chat.postMessage({ channel: "C0DEPLOYS", text: `${body.user.name}: ${value}` });
  });
  app.event("app_home_opened", async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: "home", blocks: asBlocks(section("Nothing is locked.")) },
    });
  });
  app.event("app_mention", async ({ event, say }) => {
    await say({ text: `you said ${event.text}`, thread_ts: event.ts });
  });
}
