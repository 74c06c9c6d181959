// Whatever comes in and whatever fails inside: the one who asked gets a sentence, and the log gets the error.

import { expect } from "chai";
import { makeAnswerer } from "../src/answerer.ts";
import type { Bot } from "../src/chat/bot.ts";
import { plain } from "../src/chat/text.ts";
import { StoreUnreachable } from "../src/ports/journal.ts";
import type { Part } from "../src/views/message.ts";
import { commands, recordingBot } from "./chat/recordingBot.ts";
import { NOON, you } from "./support/build.ts";
import { aFreeze, given, locked, WEB } from "./support/targets.ts";

const SECRET = "redis://:hunter2@store";

function answererOf(change: (bot: Bot) => void = () => {}) {
  const { bot, asked } = recordingBot();
  const logged: [level: string, message: string, about: unknown][] = [];
  const note = (level: string) => (message: string, about?: object) => void logged.push([level, message, about]);
  change(bot);
  const log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  return { answerer: makeAnswerer(commands, bot, log), asked, logged };
}

const wordsOf = (parts: Part[]) => parts.map((part) => ("text" in part ? plain([part.text].flat()) : ""));
const button = { action: "line:leave", value: JSON.stringify(WEB), by: you };
const form = { action: "lock:takeOver", value: JSON.stringify({ ...WEB, seen: 1 }), words: "hotfix", by: you };

describe("the one who answers", () => {
  it("hands on what is typed, pressed and sent, and answers with what came of it", async () => {
    const { answerer, asked } = answererOf();
    const replies = [
      await answerer.typed({ command: "unlock", text: "web", by: you }),
      await answerer.pressed(button),
      await answerer.sent(form),
    ];
    expect(asked.map(([what]) => what)).to.deep.equal(["unlock", "leave", "takeOver"]);
    for (const { text } of replies) expect(plain(text)).to.match(/so nothing was done\. Look, then try again\.$/);
  });

  it("draws the Home page", async () => {
    const { answerer } = answererOf((bot) => {
      bot.overview = async () => ({
        now: NOON,
        freezes: [aFreeze()],
        targets: [{ target: WEB, state: given(locked()) }],
      });
    });
    const [heading, freeze, row] = wordsOf(await answerer.home(you));
    expect([heading, freeze?.slice(0, 29), row?.slice(0, 32)]).to.deep.equal([
      "What is locked now",
      "Deploys everywhere are frozen",
      "web in production: locked by U0M",
    ]);
  });
});

describe("when the bot cannot reach its store", () => {
  const lost = (done: "no" | "unknown") =>
    answererOf((bot) => {
      const fail = () => Promise.reject(new StoreUnreachable("gone", { done, cause: SECRET }));
      bot.overview = fail;
      bot.locks = { ...bot.locks, lock: fail, leave: fail, takeOver: fail };
    });

  it("says so, whether anything was done, and logs no error: the store has said it already", async () => {
    for (const [done, words] of [
      ["no", /^The bot cannot reach its store, so nothing was done: nobody can lock or deploy/],
      ["unknown", /^The bot lost its store in the middle of this, so it may or may not have been done\./],
    ] as const) {
      const { answerer, logged } = lost(done);
      const replies = [
        await answerer.typed({ command: "lock", text: "web", by: you }),
        await answerer.typed({ command: "locks", text: "", by: you }),
        await answerer.pressed(button),
        await answerer.sent(form),
      ];
      for (const { text } of replies) expect(plain(text)).to.match(words);
      expect(wordsOf(await answerer.home(you)).join()).to.match(words);
      expect(logged.map(([level]) => level)).to.deep.equal(["warn", "warn", "warn", "warn", "warn"]);
    }
  });
});

describe("when something of the bot fails", () => {
  const error = new Error(`cannot reach ${SECRET}`);
  const broken = () =>
    answererOf((bot) => {
      const fail = () => Promise.reject(error);
      const crash = () => {
        throw error;
      };
      bot.overview = fail;
      bot.locks = { ...bot.locks, lock: crash, leave: fail, takeOver: crash };
    });

  it("says that it failed, without the error, which goes to the log", async () => {
    const { answerer, logged } = broken();
    const replies = [
      await answerer.typed({ command: "lock", text: "web", by: you }),
      await answerer.pressed(button),
      await answerer.sent(form),
    ];
    const said = [...replies.map(({ text }) => plain(text)), wordsOf(await answerer.home(you)).join()];
    for (const words of said) {
      expect(words).to.match(/^The bot or its store failed, so it may or may not have been done\./);
      expect(words).not.to.contain(SECRET);
    }
    expect(logged.map(([level]) => level)).to.deep.equal(["error", "error", "error", "error"]);
    expect(logged.map(([, , about]) => about)).to.deep.equal([
      { what: "/lock", error },
      { what: "button line:leave", error },
      { what: "form lock:takeOver", error },
      { what: "home", error },
    ]);
  });
});
