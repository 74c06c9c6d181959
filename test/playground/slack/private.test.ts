// What is between the app and one person: direct messages, modals and the Home tab, and what Slack refuses there.

import { expect } from "chai";
import type { SlackStandIn } from "../../../playground/slack/server.ts";
import { manifest, startAlone, startInSocketMode, stopAll, withScopes } from "./app.ts";
import { type Loose, long, many, plain, section } from "./blocks.ts";
import { call } from "./call.ts";
import { listeners } from "./listeners.ts";

const withHome = (app_home: object): object => ({ ...manifest, features: { ...manifest.features, app_home } });

describe("direct messages", () => {
  afterEach(stopAll);

  it("go to a person's id, or to the conversation that was opened with them, and not to a name", async () => {
    const slack = await startAlone();
    const opened = await call(slack, "conversations.open", { users: "U0CALL" });
    const { id } = opened.channel as { id: string };
    for (const channel of ["U0CALL", id])
      expect(await call(slack, "chat.postMessage", { channel, text: "x" })).to.include({ ok: true, channel: id });
    for (const channel of ["on-call", "@on-call", "U0NOBODY"])
      expect((await call(slack, "chat.postMessage", { channel, text: "x" })).error).to.equal("channel_not_found");
  });

  it("are changed and read by the conversation's id only", async () => {
    const slack = await startAlone();
    const { ts, channel } = await call(slack, "chat.postMessage", { channel: "U0CALL", text: "x" });
    const change = (where: unknown) => call(slack, "chat.update", { channel: where, ts, text: "y" });
    expect((await change("U0CALL")).error).to.equal("channel_not_found");
    expect((await change(channel)).ok).to.equal(true);
    expect((await call(slack, "conversations.history", { channel: "U0CALL" })).error).to.equal("channel_not_found");
    expect((await call(slack, "conversations.history", { channel })).messages).to.have.length(1);
  });

  for (const [scope, method, args] of [
    ["im:write", "conversations.open", { users: "U0CALL" }],
    ["users:read", "users.info", { user: "U0CALL" }],
    ["chat:write", "chat.postMessage", { channel: "U0CALL", text: "x" }],
  ] as const) {
    it(`need ${scope} for ${method}`, async () => {
      const slack = await startAlone({ manifest: withScopes((all) => all.filter((one) => one !== scope)) });
      expect((await call(slack, method, args)).error).to.equal("missing_scope");
    });
  }

  it("need im:history for reading them", async () => {
    const slack = await startAlone({ manifest: withScopes((all) => all.filter((one) => one !== "im:history")) });
    const { channel } = await call(slack, "chat.postMessage", { channel: "U0CALL", text: "x" });
    expect((await call(slack, "conversations.history", { channel })).error).to.equal("missing_scope");
  });

  it("are refused when the app has no messages", async () => {
    const slack = await startAlone({ manifest: withHome({ messages_tab_enabled: false }) });
    const refused = await call(slack, "chat.postMessage", { channel: "U0CALL", text: "x" });
    expect(refused.error).to.equal("messages_tab_disabled");
  });

  it("cannot be answered by people when the manifest says so, or says nothing", async () => {
    for (const app_home of [{}, { messages_tab_read_only_enabled: true }]) {
      const slack = await startAlone({ manifest: withHome(app_home) });
      const typed = await slack.type("you", "you", "/ship web");
      expect(typed.error).to.equal("read_only");
      expect(slack.directMessages("you")).to.deep.equal([]);
    }
    const slack = await startAlone();
    await slack.type("you", "you", "hello");
    expect(slack.directMessages("you").map(({ text }) => text)).to.deep.equal(["hello"]);
  });
});

describe("a modal", () => {
  let slack: SlackStandIn;
  afterEach(stopAll);

  const input = (more: Loose = {}): Loose => ({
    type: "input",
    block_id: "why",
    label: plain("Why"),
    element: { type: "plain_text_input", action_id: "text", ...more },
  });
  const view = (more: Loose = {}): Loose => ({
    ...{ type: "modal", title: plain("t"), submit: plain("s"), blocks: [input()] },
    ...more,
  });

  async function open(made: Loose): Promise<{ ok: boolean; error?: string | undefined; place?: string | undefined }> {
    ({ slack } = await startInSocketMode((app) => app.command("/ship", ({ ack }) => ack())));
    await slack.type("you", "deploys", "/ship web");
    const trigger_id = slack.payloads[0]?.payload.trigger_id;
    const answer = await call(slack, "views.open", { trigger_id, view: made });
    const [first] = (answer.errors ?? []) as string[];
    return { ok: answer.ok, error: answer.error, place: /json-pointer:(.*)\]/.exec(first ?? "")?.[1] };
  }

  const wrong: [string, Loose, string][] = [
    ["a title of 25 characters", view({ title: plain(long(25)) }), "/view/title/text"],
    ["a button of 25 characters", view({ submit: plain(long(25)) }), "/view/submit/text"],
    ["3,001 characters that travel with it", view({ private_metadata: long(3001) }), "/view/private_metadata"],
    ["101 blocks", view({ blocks: many(101, () => section("x")) }), "/view/blocks"],
    ["an input without a button to send it", { ...view(), submit: undefined }, "/view"],
    [
      "a field for 3,001 characters",
      view({ blocks: [input({ max_length: 3001 })] }),
      "/view/blocks/0/element/max_length",
    ],
    ["a field for no character", view({ blocks: [input({ max_length: 0 })] }), "/view/blocks/0/element/max_length"],
    [
      "a hint of 151 characters",
      view({ blocks: [input({ placeholder: plain(long(151)) })] }),
      "/view/blocks/0/element/placeholder/text",
    ],
    [
      "two fields that want the cursor",
      view({ blocks: many(2, (at) => ({ ...input({ focus_on_load: true }), block_id: `b${at}` })) }),
      "/view/blocks",
    ],
  ];
  for (const [what, made, place] of wrong) {
    it(`is refused with ${what}`, async () => {
      expect(await open(made)).to.deep.equal({ ok: false, error: "invalid_arguments", place });
      expect(slack.openView("you")).to.equal(undefined);
    });
  }

  it("takes 100 blocks, 24 characters of title and 3,000 that travel with it", async () => {
    const blocks = [...many(99, () => section("x")), input({ max_length: 3000, placeholder: plain(long(150)) })];
    const edge = view({ title: plain(long(24)), private_metadata: long(3000), blocks });
    expect(await open(edge)).to.include({ ok: true });
    expect(slack.openView("you")?.private_metadata).to.have.length(3000);
  });

  it("lets nobody send more than its field takes, nor nothing", async () => {
    await open(view({ blocks: [input({ max_length: 5 })] }));
    expect(await slack.submitView("you", { why: "123456" })).to.have.nested.property("errors.why", "This is too long.");
    expect(await slack.submitView("you", { why: "" })).to.have.nested.property("errors.why");
    expect(slack.payloads.filter(({ kind }) => kind === "interactive")).to.deep.equal([]);
  });

  it("is one person's", async () => {
    await open(view());
    expect(slack.openView("teammate")).to.equal(undefined);
    expect(slack.openView("you")?.title?.text).to.equal("t");
  });
});

describe("the Home tab", () => {
  afterEach(stopAll);

  it("is refused when the manifest has none", async () => {
    const slack = await startAlone({ manifest: withHome({ home_tab_enabled: false }) });
    const refused = await call(slack, "views.publish", { user_id: "U0YOU", view: { type: "home", blocks: [] } });
    expect(refused.error).to.equal("not_enabled");
  });

  it("tells the app which of its tabs is looked at", async () => {
    const { slack } = await startInSocketMode(listeners);
    slack.openHome("you", "messages");
    slack.openHome("you");
    const tabs = () => slack.payloads.map(({ payload }) => (payload.event as { tab: string }).tab);
    await slack.waitFor(() => tabs().length === 2);
    expect(tabs()).to.deep.equal(["messages", "home"]);
  });
});
