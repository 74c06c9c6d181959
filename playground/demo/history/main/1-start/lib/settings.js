// Where this process runs, listens and reports to, as its host says.

import { basename } from "node:path";

const { DEMO_HOST, DEMO_PORT, DEMO_ENV, DEMO_STATSD, LOCKSTEP_RELEASE } = process.env;

const release = LOCKSTEP_RELEASE || basename(process.cwd());
const [statsdAddress, statsdPort] = (DEMO_STATSD ?? "").split(":");

export const settings = {
  host: DEMO_HOST ?? "localhost",
  port: Number(DEMO_PORT ?? 8080),
  environment: DEMO_ENV ?? "development",
  statsd: statsdAddress ? { address: statsdAddress, port: Number(statsdPort) } : null,
  release,
  /** The commit in the release's name; the whole name when there is none. */
  version: /-([0-9a-f]{7,40})$/.exec(release)?.[1] ?? release,
};
