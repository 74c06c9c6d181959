// Works on background jobs, those that requests leave behind and those that come with time.

import { setTimeout as sleep } from "node:timers/promises";
import { count, gauge } from "./metrics.js";
import { acknowledge, enqueue, take, waiting } from "./queue.js";

const lookMs = 250;
const everyMs = 400;

export function startJobs() {
  count("web.jobs.processed", 0);
  gauge("web.jobs.waiting", waiting);
  setInterval(() => enqueue("count stock"), everyMs);
  setInterval(() => {
    for (let job = take(); job; job = take()) work(job);
  }, lookMs);
}

async function work(job) {
  await sleep(10);
  acknowledge([job.id]);
  count("web.jobs.processed", 1);
}
