// The story as a person sees it: in a browser, on the playground's page, from the typed command to the verdict and its runbook.

import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { quickPlayground, type Story } from "../support/story.ts";

describe("the playground in a browser", () => {
  let story: Story;
  let browser: Browser;
  let page: Page;
  before(async function () {
    this.timeout(90_000);
    [story, browser] = await Promise.all([quickPlayground(), launchBrowser()]);
    page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(story.slack.url);
  });
  after(async () => {
    await browser.close();
    await story.close();
  });

  async function send(text: string): Promise<void> {
    await page.getByTestId("composer").fill(text);
    await page.getByTestId("composer").press("Escape");
    await page.getByTestId("send").click();
  }

  it("greets with three things to try", async () => {
    expect(await page.getByTestId("welcome").getByTestId("try").count()).to.equal(3);
  });

  it("shows the deploy change in place, and the verdict in its thread", async function () {
    this.timeout(90_000);
    await send("/deploy web@breaks-jobs");
    const heading = page.getByTestId("message").filter({ hasText: "Deploy of web to production" }).first();
    await heading.filter({ hasText: "canary failed, rolled back" }).waitFor();
    await page.getByTestId("replies").first().click();
    const thread = page.getByTestId("thread-pane");
    await thread.getByText("The canary failed").first().waitFor();
    const words = await thread.innerText();
    expect(words)
      .to.match(/jobs FAILED: no jobs on web-0\d for/)
      .and.include("allowed is at least 1 job");
    expect(words).to.include("What it does not mean:");
  });

  it("leads from the failed check to its section of the runbook", async () => {
    const thread = page.getByTestId("thread-pane");
    const address = await thread.getByRole("link", { name: "Runbook: jobs" }).first().getAttribute("href");
    const runbook = await browser.newPage();
    await runbook.goto(address ?? "");
    const section = await runbook.locator(":target").innerText();
    expect(section).to.equal("No jobs");
    await runbook.close();
  });

  it("leads to the dashboard of exactly this deploy", async () => {
    const link = page.getByRole("link", { name: "Dashboard of this deploy" }).first();
    const dashboard = await browser.newPage();
    await dashboard.goto((await link.getAttribute("href")) ?? "");
    expect(await dashboard.innerText("body"))
      .to.include("web, as you deploy")
      .and.include("service: web");
    await dashboard.close();
  });
});
