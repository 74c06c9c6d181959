import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type DemoFleet, type DemoHost, startFleet } from "../../../playground/fleet/hosts.ts";
import { connect, run } from "./client.ts";
import { isAlive, until } from "./until.ts";

describe("a fleet", () => {
  let directory: string;
  let fleet: DemoFleet;
  let host: DemoHost;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleet-"));
    fleet = await startFleet({ directory, count: 2, environment: "staging" });
    host = fleet.hosts[0] as DemoHost;
  });

  afterEach(async () => {
    await fleet.close();
    await rm(directory, { recursive: true });
  });

  it("names its hosts web-01, web-02 and so on, each with ports of its own", () => {
    expect(fleet.hosts.map((one) => one.name)).to.deep.equal(["web-01", "web-02"]);
    expect(new Set(fleet.hosts.flatMap((one) => [one.port, one.servicePort])).size).to.equal(4);
    expect(new Set(fleet.hosts.map((one) => one.path))).to.deep.equal(new Set(["/srv/web"]));
  });

  it("refuses connections to a host that is down and cuts those it had; the others go on", async () => {
    const client = await connect(fleet, host);
    const cut = once(client.connection as NonNullable<typeof client.connection>, "close");
    await fleet.down(host);
    await cut;
    expect(await failure(connect(fleet, host))).to.match(/ECONNREFUSED/);
    const other = await connect(fleet, fleet.hosts[1] as DemoHost);
    other.dispose();
  });

  it("brings a host back on the same port with the same key", async () => {
    await fleet.down(host.name);
    await fleet.up(host.name);
    const client = await connect(fleet, host);
    client.dispose();
  });

  it("accepts connections to a host that hangs and answers nothing, until it is up again", async () => {
    await fleet.hang(host);
    const socket = connectTcp(host.port, host.address);
    let heard = "";
    socket.on("data", (piece) => {
      heard += piece;
    });
    await once(socket, "connect");
    const { connection } = await connect(fleet, fleet.hosts[1] as DemoHost); // a whole login takes place meanwhile
    expect(heard).to.equal("");
    await fleet.up(host);
    await until("it answers", () => heard.startsWith("SSH-2.0-"));
    socket.destroy();
    connection?.end();
  });

  it("goes silent on the connections it has when it hangs", async () => {
    const client = await connect(fleet, host);
    await fleet.hang(host);
    let answered = false;
    const answer = run(client, "echo after").then((finished) => {
      answered = true;
      return finished.stdout.toString();
    });
    (await connect(fleet, fleet.hosts[1] as DemoHost)).dispose();
    expect(answered).to.equal(false);
    await fleet.up(host);
    expect(await answer).to.equal("after\n");
    client.dispose();
  });

  it("says so when it is asked for a host that it has not", async () => {
    expect(await failure(fleet.down("web-99"))).to.equal("there is no demo host web-99");
  });

  it("does not start in a directory whose name means something to a shell", async () => {
    const started = startFleet({ directory: join(directory, "a b"), count: 1, environment: "staging" });
    expect(await failure(started)).to.match(/plain characters only/);
  });

  it("leaves no process behind when it is closed, neither running nor detached ones", async () => {
    const client = await connect(fleet, host);
    const detached = "trap '' TERM HUP; sleep 600";
    const { stdout } = await run(
      client,
      `sleep 600 > /dev/null 2>&1 & echo $!
       node -e '
         const child = require("child_process").spawn("sh", ["-c", ${JSON.stringify(detached)}], { detached: true, stdio: "ignore" });
         console.log(child.pid);
         require("fs").mkdirSync("srv/web/shared", { recursive: true });
         require("fs").writeFileSync("srv/web/shared/web.pid", String(child.pid));
         process.exit();'`,
    );
    const pids = stdout.toString().trim().split("\n").map(Number);
    expect(pids).to.have.length(2);
    for (const pid of pids) expect(await isAlive(pid)).to.equal(true);
    const running = run(client, "sleep 600").catch(() => null);
    await fleet.close();
    await running;
    for (const pid of pids) expect(await isAlive(pid)).to.equal(false);
    client.dispose();
  });
});

describe("a playground that is ended from outside", () => {
  let directory: string;
  let playground: ChildProcess;
  let pids: number[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleet-"));
  });

  async function start(manner: "orderly" | "careless"): Promise<void> {
    const program = fileURLToPath(new URL("./abandoned.ts", import.meta.url));
    playground = spawn(process.execPath, ["--import", "tsx", program, directory, manner], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(playground.stdout as NonNullable<typeof playground.stdout>, "data");
    pids = JSON.parse(line.toString());
  }

  afterEach(async () => {
    playground.kill("SIGKILL");
    for (const pid of pids) if (await isAlive(pid)) process.kill(pid, "SIGKILL");
    await rm(directory, { recursive: true });
  });

  it("leaves nothing after Ctrl-C", async () => {
    await start("careless");
    for (const pid of pids) expect(await isAlive(pid)).to.equal(true);
    playground.kill("SIGINT");
    const [, signal] = await once(playground, "exit");
    expect(signal).to.equal("SIGINT");
    for (const pid of pids) await until(`${pid} is gone`, async () => !(await isAlive(pid)), 1_000);
  });

  it("may close it itself on Ctrl-C", async () => {
    await start("orderly");
    playground.kill("SIGINT");
    const [code] = await once(playground, "exit");
    expect(code).to.equal(3);
    for (const pid of pids) expect(await isAlive(pid)).to.equal(false);
  });

  it("leaves its demo service only for moments after SIGKILL", async () => {
    await start("careless");
    const [service] = pids as [number];
    playground.kill("SIGKILL");
    await until("the service is gone", async () => !(await isAlive(service)), 4_000);
    const shared = join(directory, "hosts", "web-01", "srv", "web", "shared");
    expect(await readFile(join(shared, "web.pid"), "utf8").catch(() => "none")).to.equal("none");
  });
});

async function failure(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it worked");
}
