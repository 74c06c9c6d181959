// Lists of hosts from real files and real commands, and everything that either can do instead of giving one.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { systemInventory } from "../../../src/adapters/inventory/inventory.ts";
import { until } from "../../support/until.ts";

const NEVER = new AbortController().signal;

describe("an inventory", function () {
  this.timeout(20_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lockstep-inventory-"));
  });
  after(() => rmSync(folder, { recursive: true }));
  const inventory = systemInventory({ mostBytes: 1_000 });
  const run = (command: string, timeoutMs = 10_000) => inventory.read({ command, folder, timeoutMs }, NEVER);

  describe("in a file", () => {
    const file = (name: string) => inventory.read({ file: join(folder, name) }, NEVER);

    it("is read as it is now", async () => {
      writeFileSync(join(folder, "hosts"), "web-1\n");
      expect(await file("hosts")).to.deep.equal({ ok: true, text: "web-1\n" });
      writeFileSync(join(folder, "hosts"), "web-größe\n");
      expect(await file("hosts")).to.deep.equal({ ok: true, text: "web-größe\n" });
    });

    it("that is not there, or no file, is unreadable", async () => {
      expect(await file("nowhere")).to.deep.equal({ ok: false, trouble: "unreadable", detail: "it is not there" });
      expect(await file(".")).to.deep.equal({ ok: false, trouble: "unreadable", detail: "it is not a file" });
    });

    it("that is too long is not read to its end", async () => {
      writeFileSync(join(folder, "long"), "a".repeat(1_001));
      expect(await file("long")).to.deep.equal({ ok: false, trouble: "tooMuch", detail: "more than 1000 bytes" });
      writeFileSync(join(folder, "long"), "a".repeat(1_000));
      expect((await file("long")).ok).to.equal(true);
      expect(await inventory.read({ file: "/dev/zero" }, NEVER)).to.deep.include({ trouble: "unreadable" });
    });
  });

  describe("that a command prints", () => {
    it("is its standard output; the folder is where it runs", async () => {
      writeFileSync(join(folder, "list"), "web-1\nweb-2\n");
      expect(await run("cat list; echo warning: old >&2")).to.deep.equal({ ok: true, text: "web-1\nweb-2\n" });
    });

    it("comes without the bot's secrets, and with everything else of its environment", async () => {
      const environment = {
        PATH: process.env.PATH,
        SLACK_BOT_TOKEN: "xoxb-secret",
        SLACK_SIGNING_SECRET: "secret",
        DD_API_KEY: "secret",
        DD_APP_KEY: "secret",
        REDIS_URL: "redis://:secret@redis",
        SSH_KEY_PASSPHRASE: "secret",
        SSH_AUTH_SOCK: "/secret",
        AWS_REGION: "eu-central-1",
      };
      const answer = await systemInventory({ environment }).read({ command: "env", folder, timeoutMs: 5_000 }, NEVER);
      const text = answer.ok ? answer.text : "";
      expect(text).to.include("AWS_REGION=eu-central-1");
      expect(text).not.to.match(/secret/i);
    });

    const troubles: [title: string, command: string, trouble: string, detail: RegExp][] = [
      ["that exits with something else than 0", "echo web-1; exit 3", "failed", /^exit code 3$/],
      [
        "that says why on standard error",
        "echo 'loading' >&2; echo 'no such region: https://me:secret@cloud/x' >&2; echo >&2; exit 4",
        "failed",
        /^exit code 4: no such region: https:\/\/cloud\/x$/,
      ],
      ["that is not there", "no-such-program", "failed", /^exit code 127: .*no-such-program.*not found/],
      ["that is ended by a signal", "kill -TERM $$", "failed", /^it was ended by SIGTERM$/],
      ["that prints without end", "yes", "tooMuch", /^more than 1000 bytes$/],
      ["that says a lot on standard error", "yes no | head -c 999999 >&2; exit 1", "failed", /^exit code 1: no$/],
    ];
    for (const [title, command, trouble, detail] of troubles) {
      it(`is none by one ${title}`, async () => {
        const answer = await run(command);
        expect(answer).to.deep.include({ ok: false, trouble });
        expect(!answer.ok && answer.detail).to.match(detail);
      });
    }

    it("is none where the folder is gone", async () => {
      const answer = await inventory.read({ command: "true", folder: join(folder, "gone"), timeoutMs: 5_000 }, NEVER);
      expect(answer).to.deep.equal({ ok: false, trouble: "failed", detail: "the folder where it runs is gone" });
    });

    it("is none by one that takes too long: it is ended with all that it started", async () => {
      const pids = join(folder, "pids");
      const answer = await run(`sleep 60 & echo $! $$ > ${pids}; wait`, 500);
      expect(answer).to.deep.equal({ ok: false, trouble: "timedOut", detail: "stopped after 0.5 s" });
      await allGone(readFileSync(pids, "utf8"));
    });

    it("does not wait for what the command leaves running, and ends it", async () => {
      const pids = join(folder, "left");
      expect(await run(`sleep 60 & echo $! > ${pids}; echo web-1`)).to.deep.equal({ ok: true, text: "web-1\n" });
      await allGone(readFileSync(pids, "utf8"));
    });

    it("is given up at once when nobody wants it any more", async () => {
      const stop = new AbortController();
      const answer = inventory.read({ command: "sleep 60", folder, timeoutMs: 60_000 }, stop.signal);
      stop.abort();
      expect(await answer).to.deep.include({ ok: false, trouble: "failed" });
      expect(await inventory.read({ command: "touch begun", folder, timeoutMs: 5_000 }, stop.signal)).to.deep.include({
        ok: false,
      });
    });
  });
});

/** Processes that are dead and wait to be collected are gone too. */
async function allGone(pids: string): Promise<void> {
  for (const pid of pids.trim().split(/\s+/)) {
    await until(`process ${pid} is gone`, async () => {
      try {
        return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, ""));
      } catch {
        return true;
      }
    });
  }
}
