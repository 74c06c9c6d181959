// All hosts have the new release and bake, their connections are open, and a person orders them back: from that order until the deploy has ended.

import { DeployLog } from "../../src/runner/deployLog.ts";
import { orderDeploy } from "../../src/runner/orderDeploy.ts";
import { deployStream } from "../../src/runner/stored.ts";
import { you } from "../../test/support/build.ts";
import { type Bot, begin, openBot, orderOf } from "../support/bot.ts";
import { done, untilToldToGo } from "../support/protocol.ts";
import { readTask } from "../support/task.ts";
import { watchLoop } from "../support/watched-loop.ts";

const task = await readTask(process.argv[2] ?? "");
const bot = await openBot(task);
const loop = await watchLoop(process.argv);
const order = orderOf(task, { canary: task.hosts, batches: [] });
const { ended, over, shown } = await begin(order, bot);
const log = await untilBaking(order.deploy, bot);
await untilToldToGo(loop.told);
loop.begin();
await orderDeploy(log, "rollBack", { by: you, clock: bot.parts.clock });
await ended;
const told = loop.end();
await log.refresh();
const last = log.facts.at(-1);
await done({ ...told, outcome: last?.kind === "ended" ? last.outcome : "unfinished" });
await over;
await shown;
await bot.close();
process.exit();

async function untilBaking(deploy: string, { parts }: Bot): Promise<DeployLog> {
  const found = await DeployLog.open(parts.journal, deploy);
  if (found === null) throw new Error("the deploy is not on record");
  await new Promise<void>((resolve, reject) => {
    over.catch(reject);
    const close = parts.journal.watch(async (stream) => {
      if (stream !== deployStream(deploy)) return;
      await found.refresh();
      if (found.deploy.stage === "rollingBack" || found.deploy.stage === "ended")
        reject(new Error("it went back by itself"));
      if (found.deploy.stage !== "baking") return;
      close();
      resolve();
    });
  });
  return found;
}
