// How every fleet brings a release to a host that has much of it already: only what is missing is sent, and what lies there in the end is the archive.

import { randomBytes } from "node:crypto";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Site } from "../../src/deploy/order.ts";
import type { Preparation } from "../../src/ports/fleet.ts";
import type { Archive } from "../../src/ports/source.ts";
import { expectOk, never, type Play } from "./fleet-stage.ts";

const big = randomBytes(1_500_000);
const sentence = "A release of which much is on the host. ";

/** To be called inside the contract's `describe`. */
export function describeSending(on: Play): void {
  describe("a release of which a host has much", () => {
    const files = {
      "lib/big": big,
      "a b/it's": "same",
      same: sentence,
      empty: "",
      "bin/run": "#!/bin/sh",
      "old/gone": "1",
    };

    const shape = async (tree: string) => {
      await chmod(join(tree, "bin/run"), 0o755);
      await mkdir(join(tree, "nothing/in it"), { recursive: true });
      await symlink("../lib/big", join(tree, "bin/link"));
    };
    const first = () => on.at.archive(files, shape);
    const second = () => {
      const { "old/gone": _, ...kept } = files;
      return on.at.archive(
        { ...kept, same: `${sentence}Not this.`, "new/file": "2", "back\\slash": "3" },
        async (tree) => {
          await shape(tree);
          await chmod(join(tree, "a b/it's"), 0o700);
        },
      );
    };
    const prepare = (archive: Archive, release: string, change: Partial<Site> = {}) =>
      on.at.fleet.prepare(on.at.host, { site: { ...on.site, ...change }, release, archive }, never);

    /** As a tar file: zipped it would hardly be smaller. */
    function expectAll(prepared: Preparation, { bytes }: Archive): void {
      expect(prepared).to.include({ ok: true });
      expect("sent" in prepared && prepared.sent).to.be.within(bytes, bytes * 1.1);
    }

    /** Everything below a release: kind, mode, name, target, content. */
    async function tree(release: string, change: Partial<Site> = {}): Promise<string> {
      const restart =
        'find . \\( -type d -o -type l \\) -exec ls -ld {} + | sed "s/  */ /g" | cut -d " " -f 1,9- >"$LOCKSTEP_PATH/tree"; ' +
        'find . -type f -exec ls -l {} + | sed "s/  */ /g" | cut -d " " -f 1,9- >>"$LOCKSTEP_PATH/tree"; ' +
        'find . -type f -exec sha256sum {} + >>"$LOCKSTEP_PATH/tree"';
      const site = { ...on.site, ...change, restart, health: null };
      expectOk(await on.at.fleet.rollOut(on.at.host, { site, release, archive: null, token: 1 }, never));
      return ((await on.at.read(`${site.path}/tree`)) ?? "").split("\n").sort().join("\n");
    }

    it("is sent without what is there, and is the archive in the end", async () => {
      const [one, two] = [await first(), await second()];
      expectOk(await on.at.fleet.rollOut(on.at.host, { site: on.site, release: "r1", archive: one, token: 1 }, never));
      const prepared = await prepare(two, "r2");
      expect(prepared).to.include({ ok: true });
      expect("sent" in prepared && prepared.sent).to.be.within(1, 3_000);
      const elsewhere = { path: `${on.at.path}-fresh` };
      expectAll(await prepare(two, "r2", elsewhere), two);
      const fresh = await tree("r2", elsewhere);
      expect(fresh).to.contain("back");
      expect(await tree("r2")).to.equal(fresh);
    });

    it("is not made of files that a service has changed, nor of modes that it has set", async () => {
      const [one, two] = [await first(), await second()];
      const restart =
        "echo more >>lib/big; printf '# ' 1<>bin/run; chmod 777 same empty; rm 'a b/it'\\''s'; ln -s ../empty bin/extra; echo 1 >extra";
      const change = { site: { ...on.site, restart }, release: "r1", archive: one, token: 1 };
      expectOk(await on.at.fleet.rollOut(on.at.host, change, never));
      const prepared = await prepare(two, "r2");
      expect("sent" in prepared && prepared.sent).to.be.greaterThan(1_000_000);
      const elsewhere = { path: `${on.at.path}-fresh` };
      await prepare(two, "r2", elsewhere);
      expect(await tree("r2")).to.equal(await tree("r2", elsewhere));
    });

    it("is copied on the host when another release came from the same archive, also one that is not current", async () => {
      const [one, two] = [await first(), await second()];
      for (const [release, archive] of [
        ["r1", one],
        ["r2", two],
      ] as const) {
        expectOk(await on.at.fleet.rollOut(on.at.host, { site: on.site, release, archive, token: 1 }, never));
      }
      const before = await tree("r1");
      const prepared = await prepare(one, "r3");
      expect("sent" in prepared && prepared.sent).to.be.within(1, 1_000);
      expect(await tree("r3")).to.equal(before);
    });

    it("is sent whole where little of it is there", async () => {
      const [one, other] = [await first(), await on.at.archive({ "lib/big": randomBytes(1_500_000), same: sentence })];
      expectOk(await on.at.fleet.rollOut(on.at.host, { site: on.site, release: "r1", archive: one, token: 1 }, never));
      expectAll(await prepare(other, "r2"), other);
      expectOk(
        await on.at.fleet.rollOut(on.at.host, { site: on.site, release: "r2", archive: other, token: 1 }, never),
      );
      expect(await on.at.read(`${on.at.path}/current/old/gone`)).to.equal(null);
    });
  });
}
