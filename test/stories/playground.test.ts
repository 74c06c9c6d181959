// The playground as a newcomer starts it: one address, and nothing left behind after Ctrl-C.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

describe("npm run playground", () => {
  it("prints one address that answers, and leaves no process behind when it is told to stop", async function () {
    this.timeout(60_000);
    const child = spawn(process.execPath, ["--import", "tsx", "playground/main.ts"], {
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? "", PLAYGROUND_PORT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const addresses: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      addresses.push(...(line.match(/http:\/\/\S+/g) ?? []));
      if (line.includes("Ctrl-C")) break;
    }
    expect(addresses).to.have.length(1);
    expect((await fetch(addresses[0] ?? "")).status).to.equal(200);
    expect((await startedBy(child.pid)).length, "services that run on the hosts").to.equal(10);

    child.kill("SIGINT");
    const [code] = (await once(child, "exit")) as [number | null];
    expect(code).to.equal(0);
    expect(await startedBy(child.pid)).to.deep.equal([]);
  });
});

/** Processes of the demo hosts know the playground that started them: as this test needs /proc, it runs on Linux. */
async function startedBy(pid: number | undefined): Promise<string[]> {
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const environments = processes.map(async (name) => ({
    name,
    text: await readFile(`/proc/${name}/environ`, "utf8").catch(() => ""),
  }));
  return (await Promise.all(environments))
    .filter(({ text }) => text.split("\0").includes(`DEMO_PARENT=${pid}`))
    .map(({ name }) => name);
}
