// The Home tab: the answerer's page for whoever looks at it, with replies on top, within Slack's limits.

import { expect } from "chai";
import type { Block } from "../../../playground/slack/server.ts";
import { homeView } from "../../../src/adapters/slack/home.ts";
import { t } from "../../../src/chat/text.ts";
import type { Part } from "../../../src/views/message.ts";
import { button, EVIL, MATE, type Mode, type Stage, stage, withButtons, YOU } from "./stage.ts";

const line = (text: string): Part => ({ part: "text", text: [text] });
const types = (blocks: readonly { type: string }[] = []) => blocks.map(({ type }) => type);

for (const via of ["socket", "http"] as Mode[]) {
  describe(`the Home tab, when Slack is reached by ${via}`, () => {
    let on: Stage;
    beforeEach(async () => {
      on = await stage({ via });
    });
    afterEach(() => on.stop());
    const page = (text: string) =>
      on.slack.waitFor(() => {
        const blocks = on.slack.home(YOU)?.blocks;
        return blocks && JSON.stringify(blocks).includes(text) ? blocks : undefined;
      });
    const published = () => on.slack.calls.filter(({ method }) => method === "views.publish");

    it("has the page as words, and as of when it is", async () => {
      on.says.home = [line(EVIL)];
      on.slack.openHome(YOU);
      const blocks = await page("channel");
      expect(types(blocks)).to.deep.equal(["rich_text", "context"]);
      expect(blocks[0]?.elements).to.deep.equal([
        { type: "rich_text_section", elements: [{ type: "text", text: EVIL }] },
      ]);
      expect(JSON.stringify(blocks.at(-1))).to.match(/As of <!date\^\d{10}\^/);
      expect(on.slack.home(MATE)).to.equal(undefined);
    });

    it("is published anew whenever somebody looks", async () => {
      on.slack.openHome(YOU);
      await page("the page");
      on.says.home = [line("another page")];
      on.slack.openHome(YOU);
      await page("another page");
    });

    it("shows what a button was answered with, on top of a page that says what is so now", async () => {
      on.says.home = [line("web is locked"), { part: "buttons", buttons: [button({ action: "lock:end" })] }];
      on.slack.openHome(YOU);
      await page("web is locked");
      on.says.home = [line("web is free")];
      on.says.pressed = withButtons(EVIL, button());
      await on.slack.pressAtHome(YOU, "lock:end");
      const blocks = await page("web is free");
      expect(types(blocks)).to.deep.equal(["rich_text", "actions", "divider", "rich_text", "context"]);
      expect(JSON.stringify(blocks[0])).to.contain(JSON.stringify(EVIL));
      const by = { id: YOU, name: "you" };
      expect(on.pressed).to.deep.equal([{ action: "lock:end", value: "target/web/production", by }]);
    });

    it("is published once for an event that Slack delivers twice, and not for a look at the messages", async () => {
      on.slack.faults.onPayload("duplicate");
      on.slack.openHome(YOU);
      await page("the page");
      on.slack.openHome(YOU, "messages");
      on.says.home = [line("the end")];
      on.slack.openHome(YOU);
      await page("the end");
      await on.slack.waitFor(() => published().length >= 2);
      expect(published()).to.have.length(2);
    });
  });
}

describe("a Home page that is published from two sides", () => {
  let on: Stage;
  beforeEach(async () => {
    on = await stage();
  });
  afterEach(() => on.stop());

  it("keeps what was published meanwhile: that is newer", async () => {
    on.slack.openHome(YOU);
    await on.slack.waitFor(() => on.slack.home(YOU));
    const view = homeView([line("newer")], { now: 0 });
    on.says.beforeHome = async () => {
      await on.client.views.publish({ user_id: YOU, view });
    };
    on.slack.openHome(YOU);
    const refused = () => on.slack.calls.find(({ answer }) => answer.error === "hash_conflict");
    expect((await on.slack.waitFor(refused)).method).to.equal("views.publish");
    expect(JSON.stringify(on.slack.home(YOU)?.blocks)).to.contain("newer");
    expect(on.warnings).to.deep.equal([]);
  });

  it("has its replies told as direct messages while it cannot be published", async () => {
    on.says.home = [{ part: "buttons", buttons: [button()] }];
    on.slack.openHome(YOU);
    await on.slack.waitFor(() => on.slack.home(YOU));
    on.slack.faults.onCall("views.publish", { kind: "error", error: "internal_error" });
    await on.slack.pressAtHome(YOU, "line:wait");
    await on.told("pressed");
  });
});

describe("a Home page with more than Slack takes", () => {
  const sizes = (blocks: readonly unknown[]) => (blocks as Block[]).length;

  it("has 100 blocks at most, says that something is missing, and still as of when it is", () => {
    const many = Array.from({ length: 200 }, (_, i) => line(`line ${i}`));
    const reply = { text: t`done`, parts: Array.from({ length: 50 }, (_, i) => line(`reply ${i}`)) };
    const { blocks } = homeView(many, { reply, now: 0 });
    expect(sizes(blocks)).to.equal(100);
    expect(JSON.stringify(blocks.at(-2))).to.contain("there is more than fits here");
    expect(JSON.stringify(blocks.at(-1))).to.contain("As of");
    expect(JSON.stringify(blocks)).to.contain("line 80").and.contain("reply 8");
  });

  it("has rows of buttons in which no two do the same", () => {
    const buttons = [
      button(),
      button({ action: "lock:end" }),
      button({ value: "target/api/production" }),
      ...Array.from({ length: 30 }, (_, i) => button({ action: `other:${i}` })),
    ];
    const { blocks } = homeView([{ part: "buttons", buttons }], { now: 0 });
    const rows = (blocks as Block[])
      .filter(({ type }) => type === "actions")
      .map(({ elements }) => elements as object[]);
    expect(rows.map((row) => row.length)).to.deep.equal([2, 25, 6]);
    expect(rows.flat()).to.have.length(33);
  });
});
