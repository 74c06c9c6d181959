// One deploy on the stage, under way and when it has ended: what is on record, what was said, what the disks say, and what was left behind. Knows no fault.

import { expect } from "chai";
import { hostSentence } from "../../src/chat/sentences/hosts.ts";
import { plain } from "../../src/chat/text.ts";
import type { Outcome } from "../../src/deploy/facts.ts";
import { type DeployFact, deployFact } from "../../src/deploy/facts.ts";
import { type Deploy, fold } from "../../src/deploy/fold.ts";
import { type HostState, isLost } from "../../src/deploy/hosts.ts";
import type { Wish } from "../../src/deploy/rules.ts";
import type { HostTrouble } from "../../src/ports/fleet.ts";
import { DeployLog } from "../../src/runner/deployLog.ts";
import { drive } from "../../src/runner/drive.ts";
import { orderDeploy } from "../../src/runner/orderDeploy.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { publish } from "../../src/runner/publish.ts";
import { deployStream, parseFacts } from "../../src/runner/stored.ts";
import type { Message } from "../../src/views/message.ts";
import { you } from "../support/build.ts";
import type { RememberingThread } from "../support/parts.ts";
import type { SshHost } from "../support/ssh-host.ts";
import { until } from "../support/until.ts";
import { connectedTo } from "./left.ts";

type DeployParts = Parts & { thread: RememberingThread };

export interface Ended {
  outcome: Outcome;
  facts: DeployFact[];
  hosts: ReadonlyMap<string, HostState>;
  /** The lines of the thread as posted, what commands have printed included. */
  thread: string;
  tookMs: number;
  /** By how much this process was larger than at the beginning, at most, in bytes. */
  grewBytes: number;
}

/** What may be left. */
export interface Except {
  /** Hosts that cannot know yet that nobody listens any more. */
  deaf?: string[];
  /** What a release leaves running on purpose. */
  stays?: RegExp;
}

export class RunningDeploy {
  readonly id: string;
  readonly #parts: DeployParts;
  readonly #hosts: readonly SshHost[];
  readonly #before: Map<string, string | null>;
  readonly #stop = new AbortController();
  readonly #begun = performance.now();
  #work: Promise<unknown> = Promise.resolve();
  #grewBytes = 0;

  private constructor(id: string, parts: DeployParts, hosts: readonly SshHost[], before: Map<string, string | null>) {
    this.id = id;
    this.#parts = parts;
    this.#hosts = hosts;
    this.#before = before;
  }

  static async begin(id: string, parts: DeployParts, hosts: readonly SshHost[]): Promise<RunningDeploy> {
    const run = hosts.map(async (host) => [host.name, await host.runs()] as const);
    const deploy = new RunningDeploy(id, parts, hosts, new Map(await Promise.all(run)));
    deploy.#watchMemory();
    const { signal } = deploy.#stop;
    deploy.#work = Promise.all([drive(id, parts, signal), publish(id, parts, signal)]);
    deploy.#work.catch(() => {}); // told by `ended`
    return deploy;
  }

  /** The release that a host ran when the deploy began. */
  before({ name }: SshHost): string | null {
    return this.#before.get(name) ?? null;
  }

  /** What a person presses. */
  async order(wish: Wish): Promise<void> {
    const log = await DeployLog.open(this.#parts.journal, this.id);
    const refusal = log && (await orderDeploy(log, wish, { by: you, clock: this.#parts.clock }));
    if (refusal) throw new Error(`refused: ${refusal.kind}`);
  }

  async facts(): Promise<DeployFact[]> {
    const stream = deployStream(this.id);
    return parseFacts(stream, await this.#parts.journal.read(stream), deployFact);
  }

  /** Waits for a fact of this kind, about this host where one is named. */
  async told<K extends DeployFact["kind"]>(kind: K, host?: string): Promise<void> {
    const fits = (fact: DeployFact) => fact.kind === kind && (!host || ("host" in fact && fact.host === host));
    const what = `it is on record that ${host ?? "the deploy"} ${kind}`;
    await until(what, async () => (await this.facts()).some(fits), 30_000).catch(async (error: Error) => {
      throw new Error(`${error.message}; ${await this.troubles()}`);
    });
  }

  /** Lets go of it wherever it stands; for a deploy that has ended it does nothing. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work.catch(() => {}); // a test that waits for its end has been told
  }

  /** What has gone wrong so far, for whoever waits in vain. */
  async troubles(): Promise<string> {
    const facts = await this.facts();
    const wrong = facts.flatMap((fact) =>
      "trouble" in fact && "host" in fact ? [`${fact.host} ${fact.trouble} (${fact.detail})`] : [],
    );
    return `the last fact is ${facts.at(-1)?.kind}; ${wrong.join(", ") || "no host has failed"}`;
  }

  /**
   * Resolves when the deploy has ended and all of it is shown; rejects, and says where it stands, when that takes longer than `limitMs`, when the record is not
   * true, or when anything is left: connections of ours, or processes on the hosts.
   */
  async ended(limitMs: number, except: Except = {}): Promise<Ended> {
    await this.#inTime(limitMs);
    const tookMs = performance.now() - this.#begun;
    this.#stop.abort();
    const facts = await this.facts();
    const deploy = this.#folded(facts);
    if (deploy.stage !== "ended") throw new Error(`the deploy stands at ${deploy.stage}`);
    const thread = this.#parts.thread.posted
      .filter(({ key }) => !key.endsWith("/root"))
      .map(({ message }) => words(message));
    const { outcome, hosts } = deploy;
    const ended = { outcome, facts, hosts, thread: thread.join("\n"), tookMs, grewBytes: this.#grewBytes };
    await this.#expectTrue(ended, deploy.order.release.name);
    await this.#expectNothingLeft(deploy, except);
    return ended;
  }

  async #inTime(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((_, reject) => {
      timer = setTimeout(async () => {
        const { stage, hosts } = this.#folded(await this.facts());
        const states = [...hosts].map(([name, { is }]) => `${name} ${is}`).join(", ");
        reject(new Error(`the deploy has not ended within ${limitMs} ms: it is ${stage}; ${states}`));
        this.#stop.abort();
      }, limitMs);
    });
    await Promise.race([this.#work, late]).finally(() => clearTimeout(timer));
  }

  #folded(facts: DeployFact[]): Deploy {
    const deploy = fold(facts);
    if (deploy === null) throw new Error("a deploy without facts");
    return deploy;
  }

  #watchMemory(): void {
    const before = process.memoryUsage.rss();
    const sampling = setInterval(() => {
      this.#grewBytes = Math.max(this.#grewBytes, process.memoryUsage.rss() - before);
    }, 20);
    this.#stop.signal.addEventListener("abort", () => clearInterval(sampling));
  }

  /** What the journal says of a host is what its disk says; a host of which nobody knows is named. */
  async #expectTrue({ hosts, thread }: Ended, release: string): Promise<void> {
    for (const host of this.#hosts.filter(({ name }) => hosts.has(name))) {
      const state = hosts.get(host.name) as HostState;
      const before = this.#before.get(host.name) ?? null;
      const known = runsBy(state, { before, release });
      if (known !== undefined) expect(await host.runs(), `${host.name}, which is ${state.is}`).to.equal(known);
      if ("before" in state) expect(state.before, `${host.name} had`).to.equal(before);
      if (isLost(state)) expect(names(thread, host.name), `the thread names ${host.name}:\n${thread}`).to.equal(true);
    }
  }

  /** Programs are given the time to see that nobody listens any more. */
  async #expectNothingLeft({ order }: Deploy, { deaf = [], stays }: Except): Promise<void> {
    const all = [...order.canary, ...order.batches.flat()];
    const ports = all.flatMap(({ port, gateway }) => (gateway ? [port, gateway.port] : [port]));
    await until("no connection is left", () => connectedTo(ports).length === 0, 5_000);
    for (const host of this.#hosts.filter(({ name }) => !deaf.includes(name))) await nothingRuns(host, stays);
  }
}

/** Waits until nothing runs on the host any more but what is meant to stay, and what ends by itself within a second. */
export async function nothingRuns(host: SshHost, stays?: RegExp): Promise<void> {
  const left = () => host.processes().filter((one) => !stays?.test(one) && !/^sleep (?:1|0\.\d+)$/.test(one));
  await until(`nothing runs on ${host.name}`, () => left().length === 0, 8_000).catch((error: Error) => {
    throw new Error(`${error.message}: ${left().join("; ")}`);
  });
}

/** What a host in this state must run; undefined where the state says that nobody knows. */
function runsBy(state: HostState, { before, release }: { before: string | null; release: string }) {
  switch (state.is) {
    case "new":
      return release;
    case "old":
    case "back":
    case "unseen":
    case "unreachable":
      return before;
    case "ill":
      return state.touched ? release : before;
    case "switching":
    case "stuck":
      return undefined;
  }
}

/** The thread names this host together with what is wrong with it, alone or with others. */
export function expectCause({ thread }: Pick<Ended, "thread">, host: string, trouble: HostTrouble): void {
  const is = hostSentence("", { trouble, detail: "" }).slice(1, -1);
  const said = thread
    .split("\n")
    .filter((line) => line.includes(host) && line.toLowerCase().includes(is.toLowerCase()));
  expect(said, `the thread says of ${host} that it ${is}; it says:\n${thread}`).to.not.deep.equal([]);
}

/** By itself, or in a row such as `web-01 … web-20`. */
function names(thread: string, host: string): boolean {
  const [, stem, number] = /^(.*?)(\d+)$/.exec(host) ?? [];
  const rows = [...thread.matchAll(/([^\s,]*?)(\d+) … \1(\d+)/g)];
  const inRow = rows.some(
    ([, of, from, to]) => of === stem && Number(number) >= Number(from) && Number(number) <= Number(to),
  );
  return inRow || thread.includes(host);
}

function words({ summary, parts }: Message): string {
  const outputs = parts.flatMap((part) => (part.part === "output" ? [part.text] : []));
  return [plain(summary), ...outputs].join("\n");
}
