// Exits 0 when the release that should run is the one that answers, else 1 with one line.

import { runningRelease, wanted } from "./ask.js";

try {
  const running = await runningRelease();
  if (running !== wanted) throw new Error(`web runs ${running}, not ${wanted}`);
  console.log(`web runs ${running}`);
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
}
