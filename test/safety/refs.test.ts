// What may be deployed where: only commits on branches and tags that the configuration allows, however they are asked for, from a real git repository.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { gitSource } from "../../src/adapters/git/source.ts";
import type { Answer } from "../../src/chat/bot.ts";
import { refusalSentence } from "../../src/chat/sentences/refusals.ts";
import { plain } from "../../src/chat/text.ts";
import { TargetBot } from "../../src/runner/bot.ts";
import { keptTarget } from "../../src/runner/keptTarget.ts";
import type { Parts } from "../../src/runner/parts.ts";
import type { Supervisor } from "../../src/runner/supervise.ts";
import { changed, mistakes } from "../config/example.ts";
import { teammate, you } from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";
import { makeRepository } from "../support/repository.ts";
import { WEB } from "../support/targets.ts";

describe("what may be deployed", () => {
  let directory = "";
  let url = "";
  const shas = { merged: "", mine: "" };
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-refs-"));
    const repository = await makeRepository(join(directory, "origin"));
    url = repository.url;
    shas.merged = await repository.commit("merged");
    await repository.branch("mine");
    shas.mine = await repository.commit("mine");
    await repository.tag("v1-mine");
    await repository.branch("main");
  });
  after(() => rm(directory, { recursive: true }));

  let parts: Parts;
  let bot: TargetBot;
  /** `refs` of production; the service allows tags besides. */
  function given(refs: string[] | undefined) {
    ({ parts } = memoryParts(({ web, production, all }) => {
      web.repository = url;
      web.refs = ["v1-*"];
      if (refs) production.refs = refs;
      for (const one of Object.values<{ who: object }>(all.environments))
        Object.assign(one.who, { deploy: "everyone" });
    }));
    parts.source = gitSource({ directory: join(directory, "kept"), timeoutMs: 20_000 });
    bot = new TargetBot(parts, { takeUp: () => {} } as unknown as Supervisor);
  }
  const deploy = (ref: string | undefined, environment = "production") =>
    bot.deploy({ service: "web", environment }, { ref }, you);
  const said = (answer: Answer<unknown>) => (answer.ok ? "ok" : plain(refusalSentence(answer.refusal, answer.target)));

  it("is, where production allows main, what is on main: by branch, tag or SHA", async () => {
    for (const ref of [undefined, "main", shas.merged, shas.merged.slice(0, 8)]) {
      given(["main"]);
      expect(said(await deploy(ref)), ref).to.equal("ok");
    }
    given(["main"]);
    for (const ref of ["mine", "v1-mine", shas.mine, shas.mine.slice(0, 8)]) {
      expect(said(await deploy(ref))).to.equal(
        `${ref} may not be deployed there: its commit is on none of the branches and tags that the configuration allows (main). Merge it first, or take another environment.`,
      );
    }
    expect(await parts.journal.streams("")).to.deep.equal([]);
  });

  it("is what the service says where the environment says nothing, and everything where nothing is said", async () => {
    given(["main"]);
    expect(said(await deploy("mine", "staging")), "tags v1-* hold it").to.equal("ok");
    given(undefined);
    expect(said(await deploy("mine"))).to.equal("ok");
    delete parts.settings.configuration.services.web?.refs;
    expect(said(await deploy("main", "staging"))).to.equal("ok");
  });

  it("is asked of those who wait, too, and again when it is their turn", async () => {
    given(["main"]);
    await bot.locks.lock(WEB, { reason: "" }, teammate);
    const wait = (ref: string) => bot.locks.wait(WEB, { kind: "deploy", ref }, you);
    expect(said(await wait("mine"))).to.match(/^mine may not be deployed there/);
    expect(said(await wait("main"))).to.equal("ok");
    const { production } = parts.settings.configuration.services.web?.environments ?? {};
    if (production) production.refs = ["release/*"];
    await bot.locks.unlock(WEB, { reason: "", seen: null }, teammate);
    await keptTarget(WEB, parts).attend({ toldAt: () => null, since: 0 });
    const { offer } = await parts.targets.read(WEB);
    expect(offer).to.deep.include({ trouble: { problem: "notAllowed", detail: "release/*" }, commit: null });
  });

  it("is never what looks like an option, a range or a way to another name", async () => {
    given(["*"]);
    for (const ref of [
      "--upload-pack=touch",
      "-v",
      "a..b",
      "main@{1}",
      "refs/../x",
      "main~1",
      "a\u0000b",
      "\u202eniam",
      "$(id)",
    ])
      expect(said(await deploy(ref)), ref).to.match(/cannot be a branch, a tag or a commit/);
  });

  it("is written in patterns that git could not take for anything else", () => {
    const wrong = ["-main", "--all", "a..b", "a b", "^main", "", "main\n", "x".repeat(201)];
    for (const pattern of wrong) {
      const read = changed(({ web }) => {
        web.refs = [pattern];
      });
      expect(mistakes(read).join(), pattern).to.match(/services\.web\.refs/);
    }
  });
});
