// Stops the process that runs on this host and starts this release in its place, detached, with its output in shared/log.

import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runningRelease, wanted } from "./ask.js";
import { forgetPid, pidInFile, rememberPid, shared } from "./pid-file.js";

const logFile = join(shared, "log", "web.log");
const logBytesAtMost = 1_000_000;
const stopMs = 2_000;
const startMs = 3_000;

mkdirSync(join(shared, "log"), { recursive: true });
await stopOld();
const failure = await startNew();
console.log(failure ?? `web is restarted with ${wanted}`);
process.exit(failure === null ? 0 : 1);

async function stopOld() {
  const pid = pidInFile();
  if (pid === null) return;
  send(pid, "SIGTERM");
  const until = Date.now() + stopMs;
  while (pidInFile() === pid && send(pid, 0)) {
    if (Date.now() > until) {
      send(pid, "SIGKILL");
      break;
    }
    await sleep(20);
  }
  forgetPid(pid);
}

/** Null when the new process answers, or is still at it; else what went wrong. */
async function startNew() {
  const start = logSize();
  const log = openSync(logFile, start > logBytesAtMost ? "w" : "a");
  const node = ["--max-old-space-size=32", "--max-semi-space-size=1", "server.js"];
  const child = spawn(process.execPath, node, { detached: true, stdio: ["ignore", log, log] });
  rememberPid(child.pid);
  const ended = new Promise((done) => child.once("exit", (code, signal) => done(code ?? signal)));
  child.unref();
  const until = Date.now() + startMs;
  while (Date.now() < until) {
    const end = await Promise.race([ended, sleep(30, null)]);
    if (end !== null) {
      forgetPid(child.pid);
      return `web ${wanted} ended right after its start (${end}):\n${logSince(start > logBytesAtMost ? 0 : start)}`;
    }
    if ((await runningRelease().catch(() => null)) === wanted) return null;
  }
  return null;
}

function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function logSize() {
  return statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
}

function logSince(start) {
  return readFileSync(logFile).subarray(start).toString().trim().split("\n").slice(-30).join("\n");
}
