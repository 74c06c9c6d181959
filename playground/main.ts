// `npm run playground`: starts everything, prints one address, and stops everything at Ctrl-C.

import { startPlayground } from "./start.ts";

const DEFAULT_PORT = 4400;
const port = process.env.PLAYGROUND_PORT === undefined ? DEFAULT_PORT : Number(process.env.PLAYGROUND_PORT);
const say = (text: string) => process.stdout.write(`${text}\n`);

const starting = startPlayground({ port, onProgress: (what) => say(`${what} …`) });
let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  say("\nStopping …");
  const playground = await starting.catch(() => null);
  await playground?.close();
  process.exit(0);
}
process.on("SIGINT", () => void stop());
process.on("SIGTERM", () => void stop());

try {
  const { slack, bot } = await starting;
  say(`\n  Open ${slack.url}\n\nCtrl-C stops everything and leaves nothing behind.`);
  bot.process.once("exit", (code) => {
    if (!stopping) say(`The bot has ended (code ${code}).`);
  });
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  say(code === "EADDRINUSE" ? `Port ${port} is in use. Another one: PLAYGROUND_PORT=4401 npm run playground` : message);
  process.exit(1);
}
