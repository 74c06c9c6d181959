// Runs a deploy without anything real: performs the plan's steps on hosts that are only remembered, with outcomes, orders, faults and crashes from
// a script, until the deploy has ended. Keeps what the hosts really run, so that a test can compare it with what the facts say.

import type { Reading } from "../../src/canary/readings.ts";
import type { DeployFact, Phase } from "../../src/deploy/facts.ts";
import { advance, type Deploy } from "../../src/deploy/fold.ts";
import type { Order } from "../../src/deploy/order.ts";
import { plan, type Step } from "../../src/deploy/plan.ts";
import { decideWish as decideOrder, type Wish } from "../../src/deploy/rules.ts";
import { allHosts, aReading, aWatched, folded, NOON, OLD, onCall, watchedNow } from "../support/build.ts";

/** What becomes of one switch: the last three end in nobody knowing, with the host as it was, half done, or done. */
export type Fate = "well" | "ill" | "refused" | "lostBefore" | "lostHalf" | "lostDone";
export type Seen = "pass" | "fail" | "silent" | "trouble";

export interface Script {
  order: Order;
  /** Of the nth switch (from 0) of a host; well when left out. */
  fate?: (host: string, phase: Phase, nth: number) => Fate;
  /** Whether the nth look (from 0) at a host reaches it. */
  reached?: (host: string, nth: number) => boolean;
  builds?: boolean;
  /** What the nth measurement sees. */
  seen?: (nth: number) => Seen;
  /** Orders of a person, or a monitor that alerts after the bake, by the number of facts after which they come. */
  orders?: Record<number, Wish | "lateAlert">;
  /** The process is killed once there are so many facts, and another one takes up the deploy. What a switch under way had come to: */
  crash?: { after: number; fate: "lostBefore" | "lostHalf" | "lostDone" };
  /** A fault of the bot itself at the step that begins with so many facts. */
  faultAt?: number;
  /** Added to the clock at the step that begins with so many facts. */
  jumps?: Record<number, number>;
  /** Added to every time that is waited for. */
  lateMs?: number;
}

type Running = { current: string | null; healthy: string | null };

export interface Story {
  facts: DeployFact[];
  deploy: Deploy;
  /** What the hosts really run. */
  world: Map<string, Running>;
  /** Steps in the order in which they were planned. */
  steps: Step[];
  /** When each of them was. */
  plannedAt: number[];
}

class Crash extends Error {}

const MOST_STEPS = 500;

/** The whole life of a deploy. Throws when it does not end. */
export function simulate(script: Script): Story {
  const life = new Life(script);
  for (let i = 0; i < MOST_STEPS; i++) {
    if (life.deploy.stage === "ended") return life;
    try {
      life.turn();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      life.recover();
    }
  }
  throw new Error(`the deploy does not end: ${life.facts.slice(-12).map(({ kind }) => kind)}`);
}

class Life implements Story {
  facts: DeployFact[];
  world: Map<string, Running>;
  steps: Step[] = [];
  plannedAt: number[] = [];
  #script: Script;
  #now = NOON;
  #counts = new Map<string, number>();
  #open = new Map<string, Phase>();
  #crashed = false;
  #faulted = false;
  #jumped = new Set<number>();
  deploy: Deploy;

  constructor(script: Script) {
    this.#script = script;
    const before = { current: OLD.name, healthy: OLD.name };
    this.facts = [{ kind: "requested", at: NOON, order: script.order }];
    this.deploy = folded(this.facts);
    this.world = new Map(allHosts(script.order).map((host) => [host, { ...before }]));
  }

  append(fact: DeployFact): void {
    this.facts.push(fact);
    this.deploy = advance(this.deploy, fact);
    const { crash, orders = {} } = this.#script;
    const wish = orders[this.facts.length];
    if (wish === "lateAlert") {
      if (this.deploy.watch) this.append({ kind: "alertedLate", at: this.#tick(), results: [] });
    } else if (wish !== undefined) this.#order(wish);
    if (crash && !this.#crashed && this.facts.length >= crash.after) {
      this.#crashed = true;
      throw new Crash();
    }
  }

  /** A new process knows the facts only; what was under way has come to something that nobody wrote down. */
  recover(): void {
    for (const [host, phase] of this.#open) this.#befall(host, phase, this.#script.crash?.fate ?? "lostBefore");
    this.#open.clear();
    this.deploy = folded(this.facts);
  }

  turn(): void {
    const { jumps = {}, faultAt } = this.#script;
    const version = this.facts.length;
    if (jumps[version] !== undefined && !this.#jumped.has(version)) {
      this.#jumped.add(version);
      this.#now += jumps[version];
    }
    const step = plan(this.deploy, this.#now);
    this.steps.push(step);
    this.plannedAt.push(this.#now);
    if (faultAt !== undefined && version >= faultAt && !this.#faulted && step.do !== "wait" && step.do !== "rest") {
      this.#faulted = true;
      this.append({ kind: "broke", at: this.#tick(), step: step.do, detail: "a fault" });
    } else this.#perform(step);
  }

  #perform(step: Step): void {
    switch (step.do) {
      case "look":
        for (const host of step.hosts) this.#look(host);
        break;
      case "switch":
        this.#switch(step);
        break;
      case "measure":
        this.#measure(step);
        break;
      case "wait":
        if (step.until <= this.#now) throw new Error("waits for a time that has passed");
        this.#now = step.until + (this.#script.lateMs ?? 0);
        break;
      case "rest":
        this.#order(this.#script.order.kind === "rollback" ? "retry" : "rollBack");
        break;
      default:
        this.append(this.#factOf(step));
    }
  }

  #factOf(step: Exclude<Step, { do: "look" | "switch" | "measure" | "wait" | "rest" }>): DeployFact {
    const at = this.#tick();
    switch (step.do) {
      case "compare":
        return { kind: "compared", at, previous: OLD, changes: null };
      case "build":
        if (this.#script.builds === false) return { kind: "buildFailed", at, detail: "no" };
        return { kind: "built", at, bytes: 1, sha256: "00" };
      case "mark":
        return { kind: "marked", at, which: step.which, trouble: null };
      case "note":
        return { kind: "noted", at, monitors: {} };
      case "decide":
        return { ...step.fact, at } as DeployFact;
      case "end":
        return { kind: "ended", at, outcome: step.outcome };
    }
  }

  #look(host: string): void {
    const reached = this.#script.reached?.(host, this.#count(`look ${host}`)) ?? true;
    const running = this.world.get(host) as Running;
    if (reached) this.append({ kind: "looked", at: this.#tick(), host, ...running });
    else this.append({ kind: "notReached", at: this.#tick(), host, trouble: "unreachable", detail: "no answer" });
  }

  /** So many hosts at a time: first all of their intents, then what came of them. */
  #switch(step: Extract<Step, { do: "switch" }>): void {
    const { concurrency } = this.#script.order;
    // A person's order that changes the stage stops the step, as the driver does.
    const { stage } = this.deploy;
    for (let i = 0; i < step.hosts.length; i += concurrency) {
      const hosts = step.hosts.slice(i, i + concurrency);
      for (const host of hosts) {
        if (this.deploy.stage !== stage) break;
        this.#open.set(host, step.phase);
        this.append({ kind: "switching", at: this.#tick(), host, phase: step.phase });
      }
      const fates = [...this.#open].map(([host]) => this.#settle(host, step, stage));
      if (this.deploy.stage !== stage || fates.some((fate) => fate !== "well")) return;
    }
  }

  #settle(host: string, step: Extract<Step, { do: "switch" }>, stage: string): Fate {
    const { phase } = step;
    const nth = this.#count(`${phase} ${host}`);
    const aborted = this.deploy.stage !== stage;
    const scripted = this.#script.fate?.(host, phase, nth) ?? "well";
    const fate = aborted && scripted === "well" ? "lostHalf" : scripted;
    this.#befall(host, phase, fate);
    this.#open.delete(host);
    const about = { at: this.#tick(), host, phase };
    if (fate === "well") this.append({ kind: "switched", ...about });
    else {
      const touched = fate === "ill" ? "yes" : fate === "refused" ? "no" : "unknown";
      const trouble = aborted ? "aborted" : fate === "ill" ? "unhealthy" : "connectionLost";
      this.append({ kind: "notSwitched", ...about, trouble, touched, detail: fate, output: "" });
    }
    return fate;
  }

  #befall(host: string, phase: Phase, fate: Fate): void {
    if (fate === "refused" || fate === "lostBefore") return;
    const release = phase === "back" ? OLD.name : this.#script.order.release.name;
    const was = this.world.get(host);
    const well = fate === "well" || fate === "lostDone";
    this.world.set(host, { current: release, healthy: well ? release : (was?.healthy ?? null) });
  }

  #measure({ from, to, last }: Extract<Step, { do: "measure" }>): void {
    const seen = this.#script.seen?.(this.#count("measure")) ?? "pass";
    const trouble = { kind: "serviceError" as const, detail: "500" };
    const readings = this.#script.order.checks.map((check): Reading => {
      if (check.kind === "monitors") return watchedNow(aWatched());
      if (check.kind !== "limit") throw new Error("the simulator measures limits and monitors only");
      if (seen === "trouble") return { kind: "limit", check: check.name, values: [], trouble };
      if (seen === "silent") return aReading(null, check);
      return aReading(check.name === "jobs" ? 10 : seen === "fail" ? 9 : 0, check);
    });
    this.append({ kind: "measured", at: this.#tick(), window: { from, to }, last, readings });
  }

  #order(wish: Wish): void {
    const decided = decideOrder(this.deploy, wish, { by: onCall, now: this.#now });
    if (decided.ok) this.append(decided.fact);
  }

  #count(what: string): number {
    const nth = this.#counts.get(what) ?? 0;
    this.#counts.set(what, nth + 1);
    return nth;
  }

  #tick(): number {
    this.#now += 100;
    return this.#now;
  }
}
