// Whatever stands in the configuration, in a known_hosts file or in a runbook: sentences with the place where the mistake is, and never a stack trace.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { KnownHosts } from "../../src/adapters/ssh/known-hosts.ts";
import { describeMistakes, type FromFile } from "../../src/config/read.ts";
import { readRunbooks } from "../../src/config/runbooks.ts";
import { indexPage, runbookPage } from "../../src/web/runbookPages.ts";
import { EXAMPLE, readText } from "../config/example.ts";
import { LIMIT_MS, tries, typing } from "./fuzzing.ts";
import { mutated, mutation } from "./mutations.ts";

const TEXT = readFileSync(EXAMPLE, "utf8").replace("./runbooks", join(import.meta.dirname, "../../runbooks"));
const WHOLE = parse(TEXT);
/** Without the explanations, so that what is changed is no comment. */
const BARE = stringify(WHOLE);

function expectSentences(read: FromFile, given: string): void {
  if (read.ok) return;
  expect(read.mistakes).to.not.be.empty;
  for (const { path, problem } of read.mistakes) {
    expect(path.trim(), "where it is").to.not.equal("");
    expect(problem.trim(), "what it is").to.not.equal("");
  }
  const said = describeMistakes("lockstep.yml", read.mistakes);
  expect(said).to.not.match(/^\s+at .+:\d+:\d+/m);
  for (const word of [/\[object /, /undefined/, /TypeError/]) if (!word.test(given)) expect(said).to.not.match(word);
}

describe("a configuration with anything in it", function () {
  this.timeout(LIMIT_MS);

  it("is valid, or has mistakes that are said with their places", () => {
    const property = fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (how) => {
      const text = stringify(how.reduce(mutated, WHOLE));
      expectSentences(readText(text), text);
    });
    fc.assert(property, tries(25));
  });

  it("is read so also when it is no YAML any more", () => {
    const cut = fc.record({ from: fc.nat(BARE.length), most: fc.nat(30), piece: typing });
    const property = fc.property(cut, ({ from, most, piece }) => {
      const text = `${BARE.slice(0, from)}${piece}${BARE.slice(from + most)}`;
      expectSentences(readText(text), text);
    });
    fc.assert(property, tries(20));
  });
});

describe("a known_hosts file with anything in it", () => {
  const line = fc.oneof(
    typing,
    fc.constantFrom(
      "",
      "#",
      "@cert-authority",
      "@revoked * ssh-ed25519 AAAA",
      "|1|abc|def ssh-rsa AAAA",
      "[::1]:22 x y",
    ),
  );
  it("is read, whatever lines it has, and finds the keys that are in it", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "known_hosts");
      const property = fc.asyncProperty(fc.array(line), fc.array(line), async (before, after) => {
        writeFileSync(path, [...before.map(oneLine), OURS, ...after.map(oneLine)].join("\n"));
        const keys = await new KnownHosts([path]).keysOf("web-01.example.com", 22);
        expect(keys.some(({ blob }) => blob.toString("base64") === KEY)).to.equal(true);
      });
      await fc.assert(property, tries(60));
    });
  });
});

const KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIGZ1enpmdXp6ZnV6emZ1enpmdXp6ZnV6emZ1enpmdXp6ZnV6eg==";
const OURS = `web-01.example.com ssh-ed25519 ${KEY}`;
const oneLine = (text: string) => text.replaceAll("\n", " ");

async function inFolder(work: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-fuzz-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("a runbook with anything in it", () => {
  it("is read and shown", async () => {
    await inFolder((folder) => {
      const property = fc.property(typing, typing, (head, text) => {
        writeFileSync(join(folder, "any.md"), `---\n${head}\n---\n# ${text}\n${text}\n## ${head}\n`);
        const runbooks = readRunbooks(folder);
        for (const runbook of runbooks.values()) expect(runbookPage(runbook)).to.not.include("<script");
        expect(indexPage(runbooks)).to.include("</html>");
      });
      fc.assert(property, tries(25));
    });
  });
});
