// Works on background jobs, those that requests leave behind and those that come with time.

import { setTimeout as sleep } from "node:timers/promises";
import { count, gauge } from "./metrics.js";
import { acknowledge, enqueue, take, waiting } from "./queue.js";

const lookMs = 250;
const everyMs = 400;

const inFlight = new Set();
let looking;

export function startJobs() {
  count("web.jobs.processed", 0);
  gauge("web.jobs.waiting", waiting);
  setInterval(() => enqueue("count stock"), everyMs);
  looking = setInterval(() => {
    for (let job = take(); job; job = take()) begin(job);
  }, lookMs);
}

/** Takes no more jobs; resolves when those that were begun are done. */
export async function stopJobs() {
  clearInterval(looking);
  await Promise.all(inFlight);
}

function begin(job) {
  const done = work(job).finally(() => inFlight.delete(done));
  inFlight.add(done);
}

async function work(job) {
  await sleep(10);
  acknowledge([job.id]);
  count("web.jobs.processed", 1);
}
