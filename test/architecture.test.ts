// Who may import whom, and who may look at the clock: the architecture diagram that cannot go stale. Reads the sources as text.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect } from "chai";

const ROOT = resolve(import.meta.dirname, "..");
const MOST_LINES = 250;

interface Import {
  /** Path from the root for our own files, the package's name for others. */
  to: string;
  typeOnly: boolean;
}

interface Source {
  path: string;
  text: string;
  imports: Import[];
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

const STATEMENT =
  /^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;

function importsOf(path: string, text: string): Import[] {
  return [...text.matchAll(STATEMENT)].map(([statement, type, from, dynamic]) => {
    const name = from ?? dynamic ?? "";
    const to = name.startsWith(".") ? relative(ROOT, resolve(ROOT, path, "..", name)) : name;
    const named =
      /\{([^}]*)\}/
        .exec(statement)?.[1]
        ?.split(",")
        .filter((one) => one.trim() !== "") ?? [];
    const onlyTypes =
      named.length > 0 && named.every((one) => /^\s*type\s/.test(one)) && !/^import\s+\w/.test(statement);
    return { to, typeOnly: type !== undefined || onlyTypes };
  });
}

const sources: Source[] = ["src", "commands"].flatMap(filesBelow).map((path) => {
  const text = readFileSync(join(ROOT, path), "utf8");
  return { path, text, imports: importsOf(path, text) };
});

/** The folder that a rule speaks of: `src/adapters/slack`, `src/deploy`, `commands`; a file directly below src is itself. */
function roomOf(path: string): string {
  const parts = path.split("/");
  if (parts[0] !== "src") return parts[0] ?? "";
  return parts.slice(0, parts[1] === "adapters" ? 3 : 2).join("/");
}

const PURE = ["src/deploy", "src/locks", "src/canary"];
const isPort = (to: string) => to.startsWith("src/ports/");
const isAdapter = (to: string) => to.startsWith("src/adapters/");
const within = (to: string, rooms: string[]) => rooms.includes(roomOf(to));

/** What is wrong with each import, as `from → to`. */
function violations(rule: (source: Source, one: Import) => boolean): string[] {
  return sources.flatMap((source) =>
    source.imports.filter((one) => !rule(source, one)).map(({ to }) => `${source.path} → ${to}`),
  );
}

describe("the architecture", () => {
  it("is read from the sources: every file is seen, and its imports too", () => {
    expect(sources.length).to.be.greaterThan(100);
    const plan = sources.find(({ path }) => path === "src/deploy/plan.ts");
    expect(plan?.imports).to.deep.include({ to: "src/canary/judge.ts", typeOnly: false });
    expect(plan?.imports).to.deep.include({ to: "src/deploy/fold.ts", typeOnly: true });
    expect(plan?.imports).to.deep.include({ to: "src/deploy/hosts.ts", typeOnly: false });
  });

  it("lets deploy, locks and canary import each other, zod, and types of ports: nothing else", () => {
    const wrong = violations(
      ({ path }, { to, typeOnly }) =>
        !within(path, PURE) || within(to, PURE) || to === "zod" || (isPort(to) && typeOnly),
    );
    expect(wrong).to.deep.equal([]);
  });

  it("lets ports import types only", () => {
    expect(violations(({ path }, { typeOnly }) => !isPort(path) || typeOnly)).to.deep.equal([]);
  });

  it("lets no adapter import another adapter's folder", () => {
    expect(
      violations(({ path }, { to }) => !isAdapter(path) || !isAdapter(to) || roomOf(path) === roomOf(to)),
    ).to.deep.equal([]);
  });

  it("lets only src/main.ts, and src/anywhere.ts, src/backingUp.ts, src/examining.ts and src/trusting.ts for the command line, import more than one adapter", () => {
    const many = sources.filter(
      ({ imports }) => new Set(imports.filter(({ to }) => isAdapter(to)).map(({ to }) => roomOf(to))).size > 1,
    );
    const joining = ["src/anywhere.ts", "src/backingUp.ts", "src/examining.ts", "src/main.ts", "src/trusting.ts"];
    expect(many.map(({ path }) => path)).to.have.members(joining);
  });

  it("lets views and chat import no adapter and no runner", () => {
    const rooms = ["src/views", "src/chat"];
    const wrong = violations(
      ({ path }, { to }) => !within(path, rooms) || (!isAdapter(to) && !within(to, ["src/runner", "src/main.ts"])),
    );
    expect(wrong).to.deep.equal([]);
  });

  it("lets commands import chat, views, the pure folders and zod: nothing else", () => {
    const allowed = [...PURE, "src/chat", "src/views"];
    expect(
      violations(({ path }, { to }) => roomOf(path) !== "commands" || within(to, allowed) || to === "zod"),
    ).to.deep.equal([]);
  });

  it("lets config import the pure folders, types of ports, and readers of its formats", () => {
    const allowed = [...PURE, "src/config"];
    const packages = ["zod", "yaml", "markdown-it"];
    const wrong = violations(
      ({ path }, { to, typeOnly }) =>
        !within(path, ["src/config"]) ||
        within(to, allowed) ||
        (isPort(to) && typeOnly) ||
        packages.includes(to) ||
        to.startsWith("node:"),
    );
    expect(wrong).to.deep.equal([]);
  });

  it("lets runner import everything but adapters, commands, web and what puts the bot together", () => {
    const allowed = [...PURE, "src/chat", "src/views", "src/config", "src/runner"];
    const wrong = violations(
      ({ path }, { to }) => !within(path, ["src/runner"]) || within(to, allowed) || isPort(to) || to === "zod",
    );
    expect(wrong).to.deep.equal([]);
  });

  it("lets meters import the pure rooms, chat, views, runner and ports", () => {
    const allowed = [...PURE, "src/chat", "src/views", "src/runner", "src/meters"];
    const wrong = violations(({ path }, { to }) => !within(path, ["src/meters"]) || within(to, allowed) || isPort(to));
    expect(wrong).to.deep.equal([]);
  });

  it("lets web import runbooks, types of ports and node, and adapters only what they show and implement", () => {
    const web = violations(
      ({ path }, { to, typeOnly }) =>
        !within(path, ["src/web"]) ||
        within(to, ["src/web", "src/config"]) ||
        (isPort(to) && typeOnly) ||
        to === "markdown-it" ||
        to.startsWith("node:"),
    );
    expect(web).to.deep.equal([]);
    const adapters = violations(
      ({ path }, { to, typeOnly }) =>
        !isAdapter(path) ||
        !to.startsWith("src/") ||
        roomOf(path) === roomOf(to) ||
        ["src/chat/text.ts", "src/deploy/secrets.ts"].includes(to) ||
        isPort(to) ||
        (typeOnly && within(to, [...PURE, "src/chat", "src/views"])),
    );
    expect(adapters).to.deep.equal([]);
  });

  it("lets the judge of the command line import canary, zod and node: nothing else", () => {
    const allowed = ["src/canary", "src/judge"];
    const wrong = violations(
      ({ path }, { to }) =>
        !within(path, ["src/judge"]) || within(to, allowed) || to === "zod" || to.startsWith("node:"),
    );
    expect(wrong).to.deep.equal([]);
  });

  it("lets the commands for anywhere import the pure rooms, words and views, the configuration, and what takes a look", () => {
    const allowed = [...PURE, "src/chat", "src/views", "src/config", "src/check"];
    const look = ["src/runner/perform/measure.ts", "src/runner/stored.ts"];
    const wrong = violations(
      ({ path }, { to, typeOnly }) =>
        !within(path, ["src/check"]) ||
        within(to, allowed) ||
        look.includes(to) ||
        (typeOnly && (isPort(to) || to === "src/runner/parts.ts")) ||
        to === "luxon" ||
        to.startsWith("node:"),
    );
    expect(wrong).to.deep.equal([]);
  });

  it("lets backups import words, what reads the command line, types of ports, zod and node: nothing else", () => {
    const wrong = violations(
      ({ path }, { to, typeOnly }) =>
        !within(path, ["src/backup"]) ||
        within(to, ["src/backup", "src/chat"]) ||
        ["src/check/words.ts", "zod"].includes(to) ||
        (typeOnly && isPort(to)) ||
        to.startsWith("node:"),
    );
    expect(wrong).to.deep.equal([]);
  });

  it("lets what learns host keys import the pure rooms, words, the configuration and what reads and writes a terminal", () => {
    const allowed = [...PURE, "src/chat", "src/config", "src/trust"];
    const wrong = violations(
      ({ path }, { to, typeOnly }) =>
        !within(path, ["src/trust"]) ||
        within(to, allowed) ||
        ["src/check/target.ts", "src/check/terminal.ts", "src/check/words.ts"].includes(to) ||
        (typeOnly && isPort(to)) ||
        to.startsWith("node:"),
    );
    expect(wrong).to.deep.equal([]);
  });

  it("lets doctor import the pure rooms, sentences, the configuration, what check shares with it, and the runner's ways to work through a list in time", () => {
    const allowed = [...PURE, "src/chat", "src/config", "src/doctor"];
    const shared = ["src/check/terminal.ts", "src/check/target.ts", "src/check/words.ts"];
    const ways = ["src/runner/pool.ts", "src/runner/inTime.ts"];
    const wrong = violations(
      ({ path }, { to, typeOnly }) =>
        !within(path, ["src/doctor"]) ||
        within(to, allowed) ||
        [...shared, ...ways].includes(to) ||
        (typeOnly && isPort(to)) ||
        to.startsWith("node:"),
    );
    expect(wrong).to.deep.equal([]);
  });

  it("lets nothing import the playground, the tests or the benches", () => {
    expect(violations((_, { to }) => !/^(?:playground|test|bench)\//.test(to))).to.deep.equal([]);
  });

  it("keeps clock, timers, randomness and environment in adapters, the reader of the environment, main.ts and cli.ts", () => {
    const impure =
      /\bDate\.now\(|\bnew Date\(\s*\)|\bsetTimeout\b|\bsetInterval\b|\bMath\.random\b|\bprocess\.env\b|\bAbortSignal\.timeout\b/;
    const free = ["src/config/environment.ts", "src/main.ts", "src/cli.ts"];
    const wrong = sources
      .filter(({ path }) => !isAdapter(path) && !free.includes(path))
      .flatMap(({ path, text }) =>
        text
          .split("\n")
          .flatMap((line, i) => (impure.test(withoutComment(line)) ? [`${path}:${i + 1} ${line.trim()}`] : [])),
      );
    expect(wrong).to.deep.equal([]);
  });

  it("has no file above 250 lines", () => {
    const long = sources.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }));
    expect(long.filter(({ lines }) => lines > MOST_LINES)).to.deep.equal([]);
  });

  it("has files that open with a comment: what they are, and what they must not know", () => {
    expect(sources.filter(({ text }) => !text.startsWith("// ")).map(({ path }) => path)).to.deep.equal([]);
  });
});

function withoutComment(line: string): string {
  return /^\s*(?:\/\/|\*|\/\*)/.test(line) ? "" : line.replace(/\s\/\/ .*$/, "");
}
