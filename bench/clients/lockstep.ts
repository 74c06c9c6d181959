// A deploy through the bot, from the order until it has ended and its connections are closed.

import { begin, openBot, orderOf } from "../support/bot.ts";
import { done, untilToldToGo } from "../support/protocol.ts";
import { readTask } from "../support/task.ts";
import { watchLoop } from "../support/watched-loop.ts";

const task = await readTask(process.argv[2] ?? "");
const bot = await openBot(task);
const loop = await watchLoop(process.argv);
await untilToldToGo(loop.told);
loop.begin();
const began = performance.now();
const { ended, over, shown } = await begin(orderOf(task), bot);
await ended;
const endedAfter = (performance.now() - began) / 1000;
await over;
await done({ endedAfter, ...loop.end() });
await shown;
await bot.close();
process.exit();
