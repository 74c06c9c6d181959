// The job queue. It hands out a job once, and no more than ten at a time that nobody has acknowledged yet.

const unacknowledgedAtMost = 10;
const waitingAtMost = 5_000;

let lastId = 0;
const jobs = [];
const unacknowledged = new Set();

export function enqueue(what) {
  if (jobs.length >= waitingAtMost) jobs.shift();
  lastId += 1;
  jobs.push({ id: lastId, what });
}

/** The next job; undefined when there is none, or too many are unacknowledged. */
export function take() {
  if (unacknowledged.size >= unacknowledgedAtMost) return undefined;
  const job = jobs.shift();
  if (job) unacknowledged.add(job.id);
  return job;
}

export function acknowledge(ids) {
  for (const id of ids) unacknowledged.delete(id);
}

export function waiting() {
  return jobs.length;
}
