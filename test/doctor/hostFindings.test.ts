// What an exam of a host means: how little space, how many files and how far a clock may be off before somebody should look, and before no deploy should begin.

import { expect } from "chai";
import { findingsOf } from "../../src/doctor/findings.ts";
import { hostFindings } from "../../src/doctor/hostFindings.ts";
import { sudoCommands } from "../../src/doctor/sudo.ts";
import type { ExaminedPath, HostExam } from "../../src/ports/examination.ts";

const host = { name: "web-01", address: "192.0.2.1", port: 22, user: "deploy" };
const path: ExaminedPath = {
  ...{ path: "/srv/web", state: "writable", at: "/srv/web", currentIsNoLink: false },
  ...{ freeKiB: 50_000_000, freeFiles: 1_000_000 },
};
const well: HostExam = { missing: [], lacking: [], clockMs: 0, paths: [path], refused: [] };
const site = { kind: "release" as const, path: "/srv/web", restart: "true", health: null };
const found = findingsOf("hosts", { service: "web", environment: "production" });

const of = (exam: HostExam) =>
  hostFindings({ host, site, found }, { ok: true, value: exam }).map(({ mark, about }) => [mark, about.kind]);
const withPath = (change: Partial<ExaminedPath>) => of({ ...well, paths: [{ ...path, ...change }] });

describe("an exam of a host", () => {
  it("that found nothing is one finding", () => {
    expect(of(well)).to.deep.equal([["ok", "hostWell"]]);
    expect(withPath({ state: "creatable", at: "/srv" })).to.deep.equal([["ok", "hostWell"]]);
    expect(withPath({ freeKiB: null, freeFiles: null }), "unknown is no trouble").to.deep.equal([["ok", "hostWell"]]);
  });

  it("says everything that it found", () => {
    const exam: HostExam = {
      missing: ["gzip"],
      lacking: ["flock"],
      clockMs: -40_000,
      refused: [],
      paths: [{ ...path, currentIsNoLink: true }],
    };
    expect(of(exam)).to.deep.equal([
      ["wrong", "currentNotLink"],
      ["wrong", "toolsMissing"],
      ["look", "toolsLacking"],
      ["wrong", "clockOff"],
    ]);
  });

  it("tells little space from none, for bytes and for files", () => {
    expect(withPath({ freeKiB: 900_000 })).to.deep.equal([["look", "diskLow"]]);
    expect(withPath({ freeKiB: 100_000 })).to.deep.equal([["wrong", "diskLow"]]);
    expect(withPath({ freeFiles: 10_000 })).to.deep.equal([["look", "filesLow"]]);
    expect(withPath({ freeFiles: 0 })).to.deep.equal([["wrong", "filesLow"]]);
  });

  it("minds a clock from three seconds on, whichever way it is off", () => {
    const clock = (clockMs: number) => of({ ...well, clockMs })[0];
    expect([clock(2_900), clock(-2_900)]).to.deep.equal([
      ["ok", "hostWell"],
      ["ok", "hostWell"],
    ]);
    expect([clock(3_000), clock(-3_000)]).to.deep.equal([
      ["look", "clockOff"],
      ["look", "clockOff"],
    ]);
    expect([clock(30_000), clock(-30_000)]).to.deep.equal([
      ["wrong", "clockOff"],
      ["wrong", "clockOff"],
    ]);
  });

  it("minds what the service needs there: nothing to unpack for commands, and something that speaks HTTP for its health", () => {
    const health = { command: "ask", url: "http://127.0.0.1/", timeoutMs: 1_000, intervalMs: 100 };
    const exam: HostExam = { ...well, missing: ["tar", "gzip"], lacking: ["curl", "wget"] };
    const kinds = (change: object) =>
      hostFindings({ host, site: { ...site, ...change }, found }, { ok: true, value: exam }).map(({ about }) => about);
    expect(kinds({ kind: "commands" })[0]).to.deep.include({ kind: "hostWell" });
    expect(kinds({ kind: "commands", health })).to.deep.equal([{ kind: "toolsMissing", tools: ["curl or wget"] }]);
    exam.lacking = ["curl"];
    expect(kinds({ health })).to.deep.equal([{ kind: "toolsMissing", tools: ["tar", "gzip"] }]);
  });

  it("minds what sudo refuses only of the commands that this target has", () => {
    const exam: HostExam = { ...well, refused: [{ command: "sudo systemctl restart web", detail: "" }] };
    const kinds = (restart: string) =>
      hostFindings({ host, site: { ...site, restart }, found }, { ok: true, value: exam }).map(
        ({ about }) => about.kind,
      );
    expect(kinds("sudo -n systemctl restart web && sleep 1")).to.deep.equal(["sudoRefused"]);
    expect(kinds("sudo systemctl restart api")).to.deep.equal(["hostWell"]);
    expect(kinds("systemctl restart web")).to.deep.equal(["hostWell"]);
  });

  it("that could not be is wrong, unless it was us who stopped it", () => {
    const answer = (trouble: "unreachable" | "aborted") =>
      hostFindings({ host, site, found }, { ok: false, trouble, detail: "" })[0]?.mark;
    expect([answer("unreachable"), answer("aborted")]).to.deep.equal(["wrong", "unchecked"]);
  });

  it("that was not about this path is a fault of ours, never well", () => {
    expect(() => of({ ...well, paths: [] })).to.throw("was not asked about /srv/web");
  });
});

describe("commands with sudo", () => {
  const cases: [does: string, restart: string, asked: string[]][] = [
    ["are asked about as they are", "sudo systemctl restart web.service", ["sudo systemctl restart web.service"]],
    ["keep as whom they run, and no other option", "sudo -n -u app -H bundle", ["sudo -u app bundle"]],
    ["end where the shell goes on", "sudo /bin/kill -HUP 1; true", ["sudo /bin/kill -HUP 1"]],
    ["are not guessed at where a shell has its say", 'sudo systemctl restart "$NAME"', ["sudo"]],
    ["are not looked for in a release that is not there yet", "sudo bin/restart", ["sudo"]],
    ["have to begin so", "echo sudo reboot", []],
  ];
  for (const [does, restart, asked] of cases)
    it(does, () => expect(sudoCommands({ restart, prepare: null, health: null })).to.deep.equal(asked));

  it("are those of all that a deploy runs, each once", () => {
    const each = { timeoutMs: 1_000, intervalMs: 100 };
    expect(
      sudoCommands({
        restart: "sudo run web",
        prepare: { ...each, command: "sudo pull web" },
        health: { ...each, command: "sudo run web" },
      }),
    ).to.deep.equal(["sudo pull web", "sudo run web"]);
  });
});
