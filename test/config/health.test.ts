// Health over HTTP as a host asks it: the frozen command in a real shell, with curl, with GNU's wget, with BusyBox's, against a real server.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { siteOf } from "../../src/config/site.ts";
import { configured } from "./example.ts";

const siteWith = (url: string) => {
  const { services } = configured(({ web }) => {
    web.release.health = { http: url, successes: 3 };
  });
  const service = services.web;
  if (!service) throw new Error("the example has a service web");
  return siteOf(service);
};

/** What the command needs beside the program that asks. */
const TOOLS = ["sh", "grep", "tail", "timeout", "true", "sleep"];
function existing(name: string): string {
  const path = [`/usr/bin/${name}`, `/bin/${name}`].find((one) => existsSync(one));
  if (!path) throw new Error(`${name} is not installed: this test asks with the real one`);
  return path;
}

describe("health by an address", function () {
  this.timeout(30_000);
  let server: Server;
  let base: string;
  let folder: string;
  before(async () => {
    server = createServer((request, response) => {
      const status = Number(request.url?.slice(1, 4));
      if (request.url === "/silent") return;
      if (status === 302) response.setHeader("location", "/200");
      response.writeHead(status).end("body");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = mkdtempSync(join(tmpdir(), "lockstep-health-"));
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  /** A folder of programs with nothing else in it. */
  function pathWith(name: string, programs: Record<string, string>): string {
    const path = mkdtempSync(join(folder, `${name}-`));
    for (const tool of TOOLS) symlinkSync(existing(tool), join(path, tool));
    for (const [as, program] of Object.entries(programs)) symlinkSync(program, join(path, as));
    return path;
  }

  async function asked(url: string, path: string): Promise<{ code: number | null; said: string }> {
    const { health } = siteWith(url);
    const child = spawn("/bin/sh", ["-c", health?.command ?? "exit 99"], {
      env: { PATH: path, LOCKSTEP_HEALTH_URL: health?.url ?? "", http_proxy: "http://127.0.0.1:1/" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, said: said.trim() };
  }

  it("is frozen as one and the same command, with the address beside it", () => {
    const [one, other] = [siteWith("http://127.0.0.1:8080/health"), siteWith("https://web.internal/$(id)")];
    expect(one.health).to.deep.include({ url: "http://127.0.0.1:8080/health", successes: 3, timeoutMs: 60_000 });
    expect(one.health?.command).to.equal(other.health?.command);
  });

  const programs: [title: string, programs: Record<string, string>][] = [
    ["curl", { curl: existing("curl") }],
    ["GNU's wget", { wget: existing("wget") }],
    ["BusyBox's wget", { wget: existing("busybox") }],
  ];
  for (const [title, installed] of programs) {
    describe(`asked with ${title}`, () => {
      let path: string;
      before(() => {
        path = pathWith("path", installed);
      });

      it("is well at a 2xx, whatever proxy is set, and says nothing", async () => {
        expect(await asked(`${base}/200`, path)).to.deep.equal({ code: 0, said: "" });
        expect(await asked(`${base}/204?a=1&b=[2]`, path)).to.deep.equal({ code: 0, said: "" });
      });

      it("is not well at anything else, and says what it is", async () => {
        for (const status of [404, 500, 503]) {
          const { code, said } = await asked(`${base}/${status}`, path);
          expect(code, said).to.equal(1);
          expect(said).to.include(String(status));
        }
      });

      it("is not well where nothing listens", async () => {
        const { code, said } = await asked("http://127.0.0.1:1/health", path);
        expect(code).to.equal(1);
        expect(said.toLowerCase()).to.match(/refused|connect/);
      });

      it("is not well where nobody answers in time", async () => {
        const begun = performance.now();
        const { code } = await asked(`${base}/silent`, path);
        expect(code).to.equal(1);
        expect(performance.now() - begun).to.be.within(2_000, 15_000);
      });
    });
  }

  it("does not follow where it is sent elsewhere", async () => {
    for (const program of ["curl", "wget"]) {
      const { code, said } = await asked(`${base}/302`, pathWith("strict", { [program]: existing(program) }));
      expect({ program, code }).to.deep.equal({ program, code: 1 });
      expect(said).to.match(/302|redirect/i);
    }
  });

  it("says so where neither is installed", async () => {
    const { code, said } = await asked(`${base}/200`, pathWith("bare", {}));
    expect({ code, said }).to.deep.equal({
      code: 1,
      said: "there is neither curl nor wget on this host: install one, or use a health command",
    });
  });
});
