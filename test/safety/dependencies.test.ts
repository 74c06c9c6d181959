// What runs in production: few packages, each with a reason in src/README.md, and none that is not used.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFile(join(ROOT, path), "utf8");

describe("the runtime dependencies", () => {
  it("each have a reason in src/README.md, and nothing else has", async () => {
    const { dependencies } = JSON.parse(await read("package.json"));
    const [, section = ""] = (await read("src/README.md")).split("## Runtime dependencies");
    const rows = section.split("\n").filter((line) => /^\| `/.test(line));
    const listed = rows.flatMap((row) => {
      const [, packages = "", reason = ""] = row.split("|");
      expect(reason.trim(), row).to.match(/\w+ \w+/);
      return [...packages.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    });
    expect(listed).to.have.members(Object.keys(dependencies));
  });

  it("run no program when they are installed, but for the few whose binaries are built then", async () => {
    const { packages } = JSON.parse(await read("package-lock.json")) as {
      packages: Record<string, { dev?: boolean; optional?: boolean; hasInstallScript?: boolean }>;
    };
    const needed = Object.entries(packages).filter(([path, { dev, optional }]) => path !== "" && !dev && !optional);
    const scripts = needed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    expect(scripts.sort()).to.deep.equal(["node_modules/esbuild", "node_modules/lmdb", "node_modules/ssh2"]);
  });

  it("do not forward an SSH agent", async () => {
    const { stdout } = await promisify(execFile)("grep", [
      "-rnE",
      "agentForward|ForwardAgent",
      join(ROOT, "src"),
    ]).catch(({ stdout, code }) => ({ stdout: code === 1 ? "" : String(stdout) }));
    expect(stdout).to.equal("");
  });
});
