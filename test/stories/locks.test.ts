// Stories of locks: who holds one, who waits, whose turn it is, and what each of them is told.

import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { CHANNEL, MATE, ON_CALL, quick, quickPlayground, type Story, YOU } from "../support/story.ts";

const PATIENCE_MS = 60_000;
/** Long enough for people; what has to run out is given a time of its own. */
const CALM = { for: "5m", longest: "2h", warn: "1m", accept: "1m" };

const labels = (message: { blocks?: unknown }): string[] => {
  const blocks = (message.blocks ?? []) as { elements?: { type?: string; text?: { text?: string } }[] }[];
  const elements = blocks.flatMap(({ elements = [] }) => elements).filter(({ type }) => type === "button");
  return elements.map(({ text }) => text?.text ?? "");
};

/** Somebody pushes to the branch. */
function push(story: Story, subject: string): string {
  const { directory } = story.playground.repository;
  const git = (...args: string[]) => execFileSync("git", ["-C", directory, ...args], { encoding: "utf8" }).trim();
  git("-c", "user.name=you", "-c", "user.email=you@example.com", "commit", "--quiet", "--allow-empty", "-m", subject);
  return git("rev-parse", "HEAD");
}

describe("a lock that somebody else holds", function () {
  this.timeout(PATIENCE_MS);
  let story: Story;
  before(async () => {
    story = await quickPlayground({ locks: CALM });
    await story.type("/lock web db migration for 30m", MATE);
  });
  after(() => story.close());

  it("offers three ways to the one who wants to deploy, and nobody else sees them", async () => {
    const refusal = await story.typeFor("/deploy web");
    expect(refusal.text).to.match(/is locked by <@U0MATE> since .+ \(db migration\), until .+/);
    expect(labels(refusal)).to.have.members(["Wait in line", "Take over", "Deploy when it is my turn"]);
    expect(story.slack.messages(CHANNEL)).to.deep.equal([]);
  });

  it("puts people in line in the order in which they came, and tells each their place", async () => {
    expect(await story.pressReply("line:deploy")).to.include("You are next in line for *web* in production");
    await story.typeFor("/lock web load test for 10m", ON_CALL);
    expect(await story.pressReply("line:wait", ON_CALL)).to.include("You are number 2 of 2 in line");
    await story.saidTo(ON_CALL, /number 2 of 2 in line/);
  });

  it("shows the line to everybody who asks", async () => {
    const { text } = await story.typeFor("/locks", ON_CALL);
    expect(text).to.match(/locked by <@U0MATE>.*db migration/);
    expect(text).to.include("In line: 1. <@U0YOU> (to deploy main) and 2. <@U0CALL> (load test)");
    expect(await story.home(ON_CALL)).to.match(/What is locked now[\s\S]*db migration[\s\S]*In line/);
  });

  it("goes to the next in line when it is given back, who is asked with what the deploy would be now", async () => {
    const sha = push(story, "Even faster search");
    await story.type("/unlock web", MATE);
    const turn = await story.saidTo(YOU, /It is your turn: nobody holds/);
    expect(turn)
      .to.match(/was `[0-9a-f]{7}` when you asked/)
      .and.include(sha.slice(0, 7));
    expect(turn).to.include("Even faster search");
    expect(story.roots()).to.deep.equal([]);
  });

  it("is kept for them meanwhile: nobody else gets in", async () => {
    expect(await story.type("/deploy web", ON_CALL)).to.include("it is the turn of <@U0YOU>");
    expect(await story.type("/lock web", MATE)).to.include("it is the turn of <@U0YOU>");
  });

  it("deploys only what was shown: a branch that has moved on is asked about again", async () => {
    const sha = push(story, "One more");
    expect(await story.pressDirect("turn:deploy"))
      .to.match(/`main` (?:has moved on|is)/)
      .and.include("One more");
    expect(story.roots()).to.deep.equal([]);
    const reply = story.slack.directMessages(YOU).findLast((one) => one.onlyFor === YOU);
    expect(labels(reply ?? {})).to.deep.equal([`Deploy ${sha.slice(0, 7)}`]);
    await story.slack.press(YOU, reply?.channel ?? "", reply?.ts ?? "", "turn:deploy", { confirm: true });
    await story.until("deployed");
    expect(story.root()?.text).to.include(sha.slice(0, 7));
  });

  it("goes on to the one after when the deploy has ended", async () => {
    await story.saidTo(ON_CALL, /It is your turn: nobody holds/);
    expect(await story.pressDirect("turn:lock", ON_CALL)).to.include("You have locked *web* in production (load test)");
  });
});

describe("a lock and the one who holds it", function () {
  this.timeout(PATIENCE_MS);
  let story: Story;
  before(async () => {
    story = await quickPlayground({ locks: { ...CALM, warn: "50s" } });
  });
  after(() => story.close());

  it("warns the owner before it runs out, with buttons to keep it and to give it back", async () => {
    await story.type("/lock web short one for 4s");
    await story.saidTo(YOU, /Your lock on \*web\* in production \(short one\) runs out at/);
    const message = story.slack.directMessages(YOU).find((one) => one.text.includes("runs out at"));
    expect(labels(message ?? {})).to.deep.equal(["Extend 30 min", "Unlock"]);
    expect(await story.pressDirect("lock:extend")).to.match(/is yours until .* now/);
  });

  it("is free at expiry, and both the owner and the next in line know", async () => {
    await story.type("/lock web again for 3s");
    await story.typeFor("/lock web", MATE);
    await story.pressReply("line:wait", MATE);
    await story.saidTo(YOU, /Your lock on \*web\* in production \(again\) has run out/);
    await story.saidTo(MATE, /It is your turn: nobody holds/);
    expect(await story.pressDirect("turn:pass", MATE)).to.include("You are out of the line");
    expect(await story.type("/unlock web")).to.include("is not locked");
  });

  it("lasts until a time of day where the owner is", async () => {
    // 20 minutes from now, as the clock on this person's wall shows it: U0CALL is in Kolkata.
    const zone = { timeZone: "Asia/Kolkata", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    const at = Date.now() + 20 * 60_000;
    const wall = new Intl.DateTimeFormat("en-GB", zone).format(at);
    const { text } = await story.typeFor(`/lock web load test until ${wall}`, ON_CALL);
    const until = Number(/until <!date\^(\d+)/.exec(text)?.[1]) * 1_000;
    expect(until).to.equal(Math.floor(at / 60_000) * 60_000);
    expect(text).to.include("(load test)");
  });

  it("is kept by its owner after a deploy of theirs, and a second deploy of theirs does not share it", async () => {
    await story.type("/lock web mine", ON_CALL);
    await story.deploy("web", ON_CALL);
    expect(await story.type("/deploy web", ON_CALL)).to.include("has been deploying *web*");
    await story.until("deployed");
    expect(await story.type("/canary web")).to.match(/Locked by <@U0CALL>.*\(mine\)/);
  });

  it("is not unlocked by somebody else who was not shown it, and then only with a reason that its owner is told", async () => {
    const refusal = await story.typeFor("/unlock web they are on holiday", YOU);
    expect(labels(refusal)).to.include("Unlock anyway");
    expect(await story.pressReply("lock:unlockOther")).to.equal("");
    const form = await story.form();
    expect(JSON.stringify(form)).to.include("they are on holiday");
    expect(await story.send("they are on holiday <!channel>")).to.include("is unlocked");
    await story.saidTo(
      ON_CALL,
      /<@U0YOU> has taken your lock on \*web\* in production away.*they are on holiday &lt;!channel&gt;/,
    );
  });

  it("is taken over with a reason: the one who had it is told, and the deploy that it kept waiting begins", async () => {
    await story.type("/lock web mine again", ON_CALL);
    await story.typeFor("/deploy web@main");
    expect(await story.pressReply("lock:takeOver")).to.equal("");
    expect(await story.send("   ")).to.include("It needs a reason");
    expect(await story.pressReply("lock:takeOver")).to.equal("");
    const said = await story.send("hotfix for the outage");
    expect(said).to.include("You have taken *web* in production over from <@U0CALL>").and.include("has begun");
    await story.saidTo(ON_CALL, /<@U0YOU> has taken \*web\* in production over from you.*hotfix for the outage/);
    expect(await story.type("/lock web", MATE)).to.include("is locked by <@U0YOU>");
    await story.slack.waitFor(() => story.roots().length === 2, { timeoutMs: PATIENCE_MS });
    await story.until("deployed");
  });

  it("is left alone when it has changed since it was shown", async () => {
    await story.typeFor("/unlock web", MATE);
    await story.type("/lock web another reason");
    expect(await story.pressReply("lock:unlockOther", MATE)).to.include("you were shown");
    expect(await story.type("/canary web")).to.match(/Locked by <@U0YOU>.*\(another reason\)/);
  });
});

describe("a freeze", function () {
  this.timeout(PATIENCE_MS);
  let story: Story;
  before(async () => {
    const who = { freeze: [YOU] };
    story = await quickPlayground({ locks: CALM, who, pace: quick({ bake: "60s" }) });
  });
  after(() => story.close());

  it("needs the right to do so, and a reason", async () => {
    expect(await story.type("/lock all production incident", MATE)).to.include("You may not freeze production");
    expect(await story.type("/lock all")).to.include("It needs a reason");
  });

  it("lets running deploys finish unless told otherwise, and starts none", async () => {
    await story.deploy("web", MATE);
    await story.until("canary baking");
    const reply = await story.typeFor("/lock all production checkout is down! --global");
    expect(reply.text).to.include("1 deploy runs and finishes").and.include("checkout is down! --global");
    expect(labels(reply)).to.deep.equal(["Abort 1 running deploy"]);
    await story.slack.waitFor(() =>
      story.slack.messages(CHANNEL).some(({ text }) => /Deploys in production are frozen by <@U0YOU>/.test(text)),
    );
    expect(await story.pressReply("freeze:abortRunning")).to.include("is being stopped");
    await story.until("rolled back");
    expect(await story.type("/deploy web", MATE)).to.match(
      /Deploys in production are frozen by <@U0YOU>.*checkout is down/,
    );
    expect(await story.type("/locks", MATE)).to.include("Deploys in production are frozen");
  });

  it("is lifted by name, and then deploys start again", async () => {
    expect(await story.type("/unlock all")).to.include("But in production they are");
    expect(await story.type("/unlock all production")).to.include("no longer frozen");
    await story.deploy("web", MATE);
    await story.until("canary baking");
  });
});
