// The page in a real browser: a command with completion, a message that changes in place, its thread, a button with its dialog, a modal.

import { expect } from "chai";
import { type Browser, chromium, type Page } from "playwright-core";
import type { SlackStandIn } from "../../../playground/slack/server.ts";
import { type Running, startAlone, startInSocketMode, stopAll } from "./app.ts";
import { asBlocks, section } from "./blocks.ts";
import { card, listeners } from "./listeners.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const quiet = ["background-networking", "component-update", "sync", "gpu", "quic"].map((one) => `--disable-${one}`);
const welcome = { title: "Hello", text: "Try *this*.", tries: [{ command: "/ship web", text: "Ships web" }] };

describe("the page", () => {
  let browser: Browser;
  let running: Running;
  let slack: SlackStandIn;
  let page: Page;

  before(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--no-first-run", ...quiet] });
    page = await browser.newPage();
    page.setDefaultTimeout(5_000);
  });

  after(() => browser.close());

  beforeEach(async () => {
    running = await startInSocketMode(listeners, { welcome });
    slack = running.slack;
    await page.goto(slack.url);
    await page.getByTestId("composer").waitFor();
  });

  afterEach(stopAll);

  const message = (text: string) => page.getByTestId("message").filter({ hasText: text });
  const post = (text: string, more: object = {}) =>
    running.app.client.chat.postMessage({ channel: "C0DEPLOYS", text, ...more });

  it("completes a command and shows the app's message changing in place, its thread and what only one sees", async () => {
    const composer = page.getByTestId("composer");
    await composer.pressSequentially("/sh");
    await page.getByRole("option", { name: "/shout" }).waitFor();
    await composer.press("ArrowDown");
    expect(await page.getByTestId("completion").getByRole("option", { selected: true }).textContent()).to.include(
      "/shout @person text",
    );
    await composer.press("ArrowUp");
    await composer.press("Tab");
    expect(await composer.inputValue()).to.equal("/ship ");
    await composer.pressSequentially("web");
    await composer.press("Enter");
    await message("web is half done").waitFor();
    expect(await page.getByTestId("message").filter({ hasText: "web is" }).count()).to.equal(1);
    await message("Shipping web").getByTestId("ephemeral").waitFor();
    await message("later").waitFor();
    await page.getByTestId("replies").click();
    await page.getByTestId("thread-pane").getByText("canary is out").waitFor();
    await page.getByTestId("thread-composer").fill("thanks");
    await page.getByTestId("thread-composer").press("Enter");
    await page.getByText("2 replies").first().waitFor();
    expect(slack.replies("deploys", slack.messages("deploys")[0]?.ts ?? "").map((one) => one.text)).to.eql([
      "canary is out",
      "thanks",
    ]);
  });

  it("leaves what did not change alone, so that nothing flickers and no focus is lost", async () => {
    const { ts = "" } = await post("x", { blocks: card("started") });
    const button = page.getByRole("button", { name: "Say why" });
    await button.focus();
    const before = await button.elementHandle();
    await running.app.client.chat.update({ channel: "C0DEPLOYS", ts, text: "x", blocks: card("half done") });
    await message("web is half done").waitFor();
    expect(await button.evaluate((now, then) => now === then, before)).to.equal(true);
    expect(await page.evaluate("document.activeElement.textContent")).to.equal("Say why");
  });

  it("asks in a dialog before a dangerous button does something", async () => {
    await post("x", { blocks: card("started") });
    await page.getByRole("button", { name: "Abort", exact: true }).click();
    await page.getByTestId("dialog").getByText("Sure?").waitFor();
    await page.getByTestId("dialog-deny").click();
    await page.getByTestId("dialog").waitFor({ state: "detached" });
    expect(slack.payloads).to.eql([]);
    await page.getByRole("button", { name: "Abort", exact: true }).click();
    await page.getByTestId("dialog-confirm").click();
    await message("aborted d1 by U0YOU").waitFor();
  });

  it("fills in a modal, with the app's errors at the input", async () => {
    await post("x", { blocks: card("started") });
    await page.getByRole("button", { name: "Say why" }).click();
    const modal = page.getByTestId("modal");
    await modal.getByLabel("Reason").fill("no");
    await page.getByTestId("modal-submit").click();
    await modal.getByText("A little longer, please.").waitFor();
    await modal.getByLabel("Reason").fill("db migration");
    await page.getByTestId("modal-submit").click();
    await message("you: db migration").waitFor();
    await modal.waitFor({ state: "detached" });
  });

  it("acts as another person, who doesn't see what was meant for the first", async () => {
    await running.app.client.chat.postEphemeral({ channel: "C0DEPLOYS", user: "U0YOU", text: "between us" });
    await message("between us").waitFor();
    await page.getByTestId("act-as").selectOption("U0MATE");
    await message("between us").waitFor({ state: "detached" });
    await page.getByTestId("composer").fill("my turn");
    await page.getByTestId("send").click();
    await message("my turn").getByText("Teammate").waitFor();
    expect(slack.messages("deploys")[0]?.user).to.equal("U0MATE");
  });

  it("marks a channel in which something was said that nobody has read", async () => {
    await running.app.client.chat.postMessage({ channel: "C0GENERAL", text: "over here" });
    await page.getByTestId("channel-C0GENERAL").getByLabel("1 unread").waitFor();
    await page.getByTestId("channel-C0GENERAL").click();
    await message("over here").waitFor();
    await page.getByTestId("channel-C0GENERAL").getByLabel("1 unread").waitFor({ state: "detached" });
  });

  it("tells the person when a command is unknown", async () => {
    await page.getByTestId("composer").fill("/sink web");
    await page.getByTestId("composer").press("Enter");
    await message("/sink is not a valid command").getByTestId("ephemeral").waitFor();
  });

  it("puts a command to try into the composer", async () => {
    await page.getByTestId("welcome").getByTestId("try").click();
    expect(await page.getByTestId("composer").inputValue()).to.equal("/ship web");
  });

  it("shows what anybody writes as text, never as HTML or as a script's link", async () => {
    const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    await slack.type("teammate", "deploys", evil);
    await post(evil.replaceAll("<", "&lt;"), { attachments: [{ color: 'red" onclick="x', title: evil, text: evil }] });
    await post("x", {
      blocks: asBlocks(section("<javascript:alert(1)|click me> ```<b>code</b>```"), {
        type: "header",
        text: { type: "plain_text", text: evil },
      }),
    });
    await message("click me").waitFor();
    expect(await page.locator("#list :is(img, script, b, [onclick], [onerror])").count()).to.equal(0);
    expect(await page.locator("#list a[href^=javascript]").count()).to.equal(0);
    expect(await page.title()).not.to.include("owned");
    expect(await message("onerror").count()).to.be.greaterThan(1);
  });

  it("draws Slack's markup", async () => {
    const text =
      "*bold* _italic_ ~gone~ `code` <https://example.com|a link> <@U0YOU> <#C0GENERAL> <!subteam^S0SRE> &gt; not_a_mark 2*3*4 <!date^0^{date_num}|then>";
    await post(`${text}\n> quoted :x:\n\`\`\`pre *kept*\`\`\``);
    const body = message("bold").locator(".text");
    await body.waitFor();
    const texts = (selector: string) => body.locator(selector).allTextContents();
    expect(await texts("strong")).to.eql(["bold"]);
    expect(await texts("em")).to.eql(["italic"]);
    expect(await texts("s")).to.eql(["gone"]);
    expect(await texts("code")).to.eql(["code"]);
    expect(await texts("pre")).to.eql(["pre *kept*"]);
    expect(await texts("a.link")).to.eql(["a link"]);
    expect(await texts(".mention")).to.eql(["@you", "#general", "@sre"]);
    expect(await texts("time")).to.eql(["01/01/1970"]);
    expect(await body.locator("blockquote").getByLabel("❌").count()).to.equal(1);
    expect(await body.textContent()).to.include("> not_a_mark 2*3*4");
  });

  it("shows the traffic between Slack and the app", async () => {
    await page.getByTestId("traffic-toggle").click();
    await page.getByTestId("composer").fill("/ship web");
    await page.getByTestId("send").click();
    await message("later").waitFor();
    const entry = page.getByTestId("traffic-entry").filter({ hasText: "/ship web" });
    await entry.locator("summary").click();
    await entry.getByText('"command": "/ship"').waitFor();
    expect(await page.getByTestId("traffic").textContent()).not.to.include(slack.botToken);
  });

  it("comes back by itself after the playground was started anew", async () => {
    const first = await startAlone();
    await page.goto(first.url);
    await page.getByTestId("composer").waitFor();
    await first.close();
    await page.getByText("Connection lost").waitFor();
    const second = await startAlone({ port: Number(new URL(first.url).port) });
    await second.type("teammate", "deploys", "still here");
    await message("still here").waitFor();
    await page.getByText("Connection lost").waitFor({ state: "detached" });
  });

  it("answers no other web page", async () => {
    const answer = await fetch(`${slack.url}page/state`, { headers: { origin: "https://example.com" } });
    expect(answer.status).to.equal(403);
  });
});
