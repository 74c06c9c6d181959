// Stories of locks, permissions, buttons and words that cannot be understood: what the asker is told, and what nobody else is.

import { expect } from "chai";
import { CHANNEL, MATE, ON_CALL, plainText, quick, quickPlayground, type Story, YOU } from "../support/story.ts";

describe("people in the deploy channel", () => {
  let story: Story;
  before(async function () {
    this.timeout(60_000);
    const who = { deploy: [YOU, MATE], lock: [YOU, MATE], rollBack: ["S0SRE", YOU] };
    story = await quickPlayground({ who, pace: quick({ bake: "60s" }) });
  });
  after(() => story.close());

  describe("a lock", () => {
    it("is taken with a reason and an expiry, and only the one who asks is told who holds it, why and since when", async () => {
      expect(await story.type("/lock web db migration for 30m")).to.match(
        /^You have locked \*web\* in production \(db migration\) until/,
      );
      const refusal = await story.type("/deploy web", MATE);
      expect(refusal).to.match(/^\*?web\*? in production is locked by <@U0YOU> since .+ \(db migration\), until .+/);
      expect(story.roots()).to.deep.equal([]);
      expect(story.slack.messages(CHANNEL, { as: ON_CALL })).to.deep.equal([]);
    });

    it("is not given back by somebody else", async () => {
      expect(await story.type("/unlock web", MATE)).to.match(/locked by <@U0YOU>.*To unlock it all the same, say why/);
    });

    it("keeps the words of its reason as words", async () => {
      const reply = await story.type("/lock web wait for 30m !!! <!channel> *now* --global");
      expect(reply).to.include("(wait for 30m !!! &lt;!channel&gt; *now* --global)");
      expect(reply).to.not.include("<!channel>");
    });

    it("is given back by its owner, once", async () => {
      expect(await story.type("/unlock web")).to.equal("You have unlocked *web* in production.");
      expect(await story.type("/unlock web")).to.include("is not locked");
    });
  });

  describe("somebody who is not listed", () => {
    it("is told who may", async () => {
      expect(await story.type("/deploy web", ON_CALL)).to.equal(
        "You may not deploy to production. <@U0YOU> or <@U0MATE> may: ask one of them.",
      );
      expect(await story.type("/lock web", ON_CALL)).to.include("You may not lock production");
    });
  });

  describe("words that cannot be understood", () => {
    const table: [string, RegExp][] = [
      ["/deploy", /^It needs to know which service\. `\/deploy <?.*service/],
      ["/deploy wbe", /^There is no service \*wbe\*\. Configured are `web`\.$/],
      ["/deploy web to mars", /^\*web\* has no environment \*mars\*\. It has `production`\./],
      ["/deploy web@no-such-branch", /^There is no branch, tag or commit `no-such-branch` in the repository/],
      ["/deploy web@-f", /^`-f` cannot be a branch, a tag or a commit/],
      ["/deploy web@--upload-pack=touch", /cannot be a branch, a tag or a commit/],
      ["/deploy web@$(reboot)", /^`\$\(reboot\)` cannot be a branch/],
      ["/deploy web@main;reboot", /cannot be a branch, a tag or a commit/],
      ["/deploy web please deploy it now", /^It takes a service, a version behind @, and an environment\./],
      ["/rollback web", /There is nothing to go back to/],
      ["/lockstep abort web", /No deploy of \*web\* in production is running/],
      ["/lockstep dance", /^There is no command `dance`/],
      ["/lock web for 30 days", /A lock lasts at most 2 h/],
    ];
    for (const [typed, answer] of table) {
      it(`answers ${typed} with a sentence`, async () => {
        expect(await story.type(typed)).to.match(answer);
      });
    }

    it("leaves no deploy and no lock behind", async () => {
      expect(story.roots()).to.deep.equal([]);
      expect(await story.type("/canary web")).to.include("Nobody holds the lock.");
    });

    it("helps whoever asks for help", async () => {
      expect(await story.type("/lockstep help"))
        .to.include("/rollback")
        .and.include("/lockstep promote");
      expect(await story.type("/deploy help")).to.include("/deploy web@feature-x to staging");
    });
  });

  describe("the buttons of a running deploy", () => {
    before(async function () {
      this.timeout(60_000);
      await story.deploy("web");
      await story.until("canary baking");
    });

    it("are refused to those who may not", async () => {
      expect(await story.press("promote", ON_CALL)).to.include("You may not promote in production");
    });

    it("leave a second deploy of the target out, also for the one who started the first", async () => {
      expect(await story.type("/deploy web")).to.match(/^<@U0YOU> has been deploying \*web\* in production since/);
    });

    it("are told to /canary as well", async () => {
      const status = await story.type("/canary web", ON_CALL);
      expect(status)
        .to.include("canary baking")
        .and.include("2 of 2 hosts on the new release")
        .and.include("Held by the running deploy until that ends.");
    });

    it("roll back at once for somebody of a listed user group", async function () {
      this.timeout(60_000);
      expect(await story.press("rollBack", ON_CALL)).to.include("is being rolled back");
      await story.until(": rolled back.");
      await story.said("<@U0CALL> ordered a rollback. Rolling back: web-01 and web-02.");
      expect(new Set(await story.releases()).size).to.equal(1);
      expect(story.buttons(), "nothing is left to press").to.deep.equal([]);
    });

    it("promote before the checks have spoken, under the name of who did it", async function () {
      this.timeout(60_000);
      await story.deploy("web@good-change");
      await story.until("canary baking");
      await story.press("promote");
      await story.until(": deployed.");
      expect(story.thread().join("\n")).to.include("<@U0YOU> promoted it before the checks had passed it.");
    });

    it("say so when they are out of date", async () => {
      const root = story.root();
      const press = story.slack.press(YOU, CHANNEL, root?.ts ?? "", "wish:promote", { confirm: true });
      await press.then(
        () => expect.fail("the button is still there"),
        (error: Error) => expect(error.message).to.be.a("string"),
      );
      expect(await story.type("/lockstep promote web")).to.include("No deploy of *web* in production is running");
      expect(story.slack.messages(CHANNEL).map(plainText).join("\n")).to.not.include("undefined");
    });
  });
});
