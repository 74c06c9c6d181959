// The page in a real browser, for what is between the app and one person: direct messages, the Home tab, modals, and replies that make room for others.

import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { t } from "../../../src/chat/text.ts";
import { button, EVIL, type Stage, stage, withButtons, withForm } from "../../adapters/slack/stage.ts";
import { launchBrowser } from "../../support/browser.ts";
import { MATE, YOU } from "../../support/conversation.ts";

describe("the page, for one person alone", () => {
  let browser: Browser;
  let page: Page;
  let on: Stage;

  before(async () => {
    browser = await launchBrowser();
    page = await browser.newPage({ timezoneId: "Asia/Kolkata" });
    page.setDefaultTimeout(5_000);
  });
  after(() => browser.close());

  beforeEach(async () => {
    on = await stage();
    await page.goto(on.slack.url);
    await page.getByTestId("composer").waitFor();
  });
  afterEach(() => on.stop());

  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  const message = (text: string) => page.getByTestId("message").filter({ hasText: text });
  const modal = () => page.getByTestId("modal");

  async function type(text: string): Promise<void> {
    await page.getByTestId("composer").fill(text);
    await page.getByTestId("composer").press("Escape");
    await page.getByTestId("send").click();
  }

  it("shows a reply with buttons, asks in a form, and puts the answer in the place of the reply", async () => {
    on.says.typed = withButtons("web is locked", button());
    on.says.pressed = withForm({ text: [EVIL] });
    on.says.sent = { text: [EVIL] };
    await type("/lock web");
    await message("web is locked").getByTestId("ephemeral").waitFor();
    await press("Wait in line for web");
    await modal().getByText(EVIL, { exact: true }).waitFor();
    await modal().getByTestId("modal-submit").click();
    await modal().getByText("Please complete this required field.").waitFor();
    await modal().getByLabel("Why").fill("because");
    await modal().getByTestId("modal-submit").click();
    await message("<!channel>").waitFor();
    expect(await page.getByTestId("message").count()).to.equal(1);
    expect(await page.locator("#list :is(.mention, strong:not(.author), em, code, a)").count()).to.equal(0);
    expect(on.sent.map(({ words }) => words)).to.deep.equal(["because"]);
  });

  it("marks direct messages that nobody has read, and lets nobody write there", async () => {
    await on.client.chat.postMessage({ channel: YOU, text: "it is your turn" });
    const row = page.getByRole("button", { name: /^Messages/ });
    await row.getByLabel("1 unread").waitFor();
    await page.waitForFunction("document.title.startsWith('(1)')");
    await row.click();
    await message("it is your turn").waitFor();
    await row.getByLabel("1 unread").waitFor({ state: "detached" });
    await page.getByTestId("closed").waitFor();
    expect(await page.getByTestId("composer").count()).to.equal(0);
    await page.getByTestId("act-as").selectOption(MATE);
    await message("it is your turn").waitFor({ state: "detached" });
  });

  it("shows the Home page of whoever looks, and what its buttons were answered with", async () => {
    on.says.home = withButtons("web is locked", button()).parts ?? [];
    await page.getByTestId("channel-home").click();
    const home = page.getByTestId("home");
    await home.getByText("web is locked").waitFor();
    for (const answer of ["first answer", "second answer", "third answer"]) {
      on.says.pressed = { text: [answer] };
      await press("Wait in line for web");
      await home.getByText(answer).waitFor();
    }
    await page.getByTestId("act-as").selectOption(MATE);
    await home.getByText("third answer").waitFor({ state: "detached" });
    await home.getByText("web is locked").waitFor();
    expect(on.slack.home(MATE)?.blocks).to.have.length(3);
  });

  it("says when a press on the Home page did not reach the app", async () => {
    await on.stop();
    on = await stage({ ackTimeoutMs: 300 });
    await page.goto(on.slack.url);
    on.says.home = withButtons("web is locked", button()).parts ?? [];
    await page.getByTestId("channel-home").click();
    await page.getByTestId("home").getByText("web is locked").waitFor();
    on.slack.faults.onPayload("drop");
    await press("Wait in line for web");
    await page.getByText("This did not reach the app: operation_timeout").waitFor();
  });

  it("shows times in the zone of the one who looks", async () => {
    const at = Date.UTC(2026, 0, 31, 20, 0);
    on.says.typed = { text: t`until ${{ time: at, show: "date" }}, at ${{ time: at, show: "clock" }}` };
    await type("/lock web");
    await message("until 1 Feb 2026 at 01:30, at 01:30").waitFor();
  });
});
