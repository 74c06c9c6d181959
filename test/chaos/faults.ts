// What goes wrong in a chaos run: lanes, each with faults of its own kind, one after the other, that heal by themselves, at the latest when the run is over.

import type { CallFault } from "../../playground/slack/faults.ts";
import type { BotProcess } from "./botProcess.ts";
import { hostNames } from "./configuration.ts";
import { Dice } from "./dice.ts";
import { pause } from "./pause.ts";
import type { Tally } from "./tally.ts";
import { MONITOR, type World } from "./world.ts";

interface Lane {
  name: string;
  /** Least and most ms between two faults. */
  every: [number, number];
  /** How often each, in parts. */
  faults: Record<string, number>;
  /** Resolves when it is over and healed. */
  strike(fault: string, dice: Dice, stop: AbortSignal): Promise<void>;
}

/** Until the run is over. */
export async function striking(
  world: World,
  { tally, stop, startsInMs }: { tally: Tally; stop: AbortSignal; startsInMs: number },
): Promise<void> {
  const { redis, bots } = world;
  const lanes = [...bots.map((bot) => botLane(bot, startsInMs)), slackLane(world), datadogLane(world), hostLane(world)];
  if (redis) lanes.push(redisLane(redis));
  await Promise.all(lanes.map((lane) => travel(lane, { world, tally, stop })));
}

async function travel(lane: Lane, run: { world: World; tally: Tally; stop: AbortSignal }): Promise<void> {
  const { world, tally, stop } = run;
  const dice = new Dice(world.options.seed, lane.name);
  while (!stop.aborted) {
    await pause(dice.between(...lane.every), stop);
    if (stop.aborted) return;
    const fault = dice.weighted(lane.faults);
    tally.add(fault);
    await lane.strike(fault, dice, stop);
  }
}

/** On a slow machine bots live as much longer, or they would do nothing but start. */
function botLane(bot: BotProcess, startsInMs: number): Lane {
  return {
    name: bot.name,
    every: [startsInMs / 2, startsInMs * 4],
    faults: { kill: 4, terminate: 1, pauseBriefly: 1, pauseBeyondLease: 1 },
    async strike(fault, dice, stop) {
      // Now and then also while it starts; always then, it would never get to anything on a slow machine.
      while (!stop.aborted && !bot.isReady && !dice.chance(0.01)) await pause(100, stop);
      if (stop.aborted) return;
      if (fault === "kill") return bot.signal("SIGKILL");
      if (fault === "terminate") return bot.signal("SIGTERM");
      bot.signal("SIGSTOP");
      // A lease lasts 15 s.
      await pause(fault === "pauseBriefly" ? dice.between(500, 5_000) : dice.between(15_500, 20_000), stop);
      bot.signal("SIGCONT");
    },
  };
}

function redisLane(redis: NonNullable<World["redis"]>): Lane {
  return {
    name: "redis",
    every: [8_000, 25_000],
    faults: { redisCrash: 2, redisPause: 1 },
    async strike(fault, dice, stop) {
      if (fault === "redisPause") {
        redis.signal("SIGSTOP");
        await pause(dice.between(1_000, 8_000), stop);
        return redis.signal("SIGCONT");
      }
      await redis.crash();
      await pause(dice.between(0, 6_000), stop);
      await redis.start();
    },
  };
}

const METHODS = [
  "chat.postMessage",
  "chat.update",
  "conversations.replies",
  "conversations.history",
  "views.open",
  "*",
];

function slackLane({ slack, bots }: World): Lane {
  const calls: Record<string, (dice: Dice) => CallFault> = {
    slack429: (dice) => ({ kind: "rateLimit", retryAfterSeconds: dice.between(1, 3) }),
    slack500: () => ({ kind: "status", status: 500 }),
    slackLosesAnswer: () => ({ kind: "loseAnswer" }),
    slackSlow: (dice) => ({ kind: "slow", delayMs: dice.between(500, 12_000) }),
  };
  return {
    name: "slack",
    every: [200, 1_500],
    faults: {
      ...{ slack429: 2, slack500: 2, slackLosesAnswer: 3, slackSlow: 1 },
      ...{ slackDuplicate: 3, slackDrop: 1, slackIgnoresAck: 1, slackCutsSockets: 0.3, slackReconnects: 0.3 },
    },
    async strike(fault, dice) {
      const call = calls[fault];
      // A bot does not start without Slack: what was kept for it meanwhile would keep it from starting for long.
      if (!bots.some((bot) => bot.isReady)) return;
      if (call) slack.faults.onCall(dice.one(METHODS), call(dice));
      else if (fault === "slackDuplicate") slack.faults.onPayload("duplicate");
      else if (fault === "slackDrop") slack.faults.onPayload("drop");
      else if (fault === "slackIgnoresAck") slack.faults.onPayload("ignoreAck");
      else if (fault === "slackCutsSockets") slack.faults.dropSockets();
      else slack.faults.disconnect("refresh_requested");
    },
  };
}

function datadogLane({ datadog }: World): Lane {
  const faults = {
    datadog429: { kind: "rateLimited", resetS: 2 },
    datadog500: { kind: "serverError" },
    datadogHangs: { kind: "hang" },
    datadogCuts: { kind: "cut" },
    datadogCutsBody: { kind: "cutBody" },
    datadogPage: { kind: "html", status: 502 },
    datadogSlow: { kind: "slow", delayMs: 2_000 },
  } as const;
  return {
    name: "datadog",
    every: [1_000, 5_000],
    faults: { ...Object.fromEntries(Object.keys(faults).map((name) => [name, 1])), monitorAlerts: 2 },
    async strike(fault, dice, stop) {
      if (fault !== "monitorAlerts")
        return datadog.fault("any", faults[fault as keyof typeof faults], dice.between(1, 4));
      const group = `host:${dice.one(hostNames("web"))}`;
      datadog.monitor(MONITOR).alert(group);
      await pause(dice.between(500, 4_000), stop);
      datadog.monitor(MONITOR).resolve(group);
    },
  };
}

function hostLane({ fleet, lines }: World): Lane {
  return {
    name: "hosts",
    every: [500, 4_000],
    faults: { lineSilent: 3, lineReset: 3, lineSlow: 1, hostDown: 1, hostHangs: 1 },
    async strike(fault, dice, stop) {
      const { name } = dice.one(fleet.hosts);
      const line = lines.get(name);
      const lasting = dice.between(500, 5_000);
      if (fault === "lineReset") return line?.reset();
      if (fault === "lineSilent") line?.fallSilent();
      else if (fault === "lineSlow") line?.slowDown(20_000);
      else if (fault === "hostDown") await fleet.down(name);
      else await fleet.hang(name);
      await pause(lasting, stop);
      if (fault === "lineSilent") line?.recover();
      else if (fault === "lineSlow") line?.slowDown(Number.POSITIVE_INFINITY);
      else await fleet.up(name);
    },
  };
}
