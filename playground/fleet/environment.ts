// What the commands on a demo host find in their environment. Nothing of the developer's own environment is in it.

import { delimiter, dirname } from "node:path";
import type { DemoHost, FleetOptions } from "./hosts.ts";

/** The whole environment of the host's commands. */
export function environmentOf(host: DemoHost, options: FleetOptions, fleetId: string): Record<string, string> {
  const { metrics } = options;
  return {
    // The Node that runs the playground comes first: the demo service needs one, and it may be nowhere else.
    PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"].join(delimiter),
    HOME: host.directory,
    LANG: "C.UTF-8",
    DEMO_HOST: host.name,
    DEMO_PORT: String(host.servicePort),
    DEMO_ENV: options.environment,
    DEMO_STATSD: metrics === undefined ? "" : `${metrics.address}:${metrics.port}`,
    DEMO_PARENT: String(process.pid),
    DEMO_FLEET: fleetId,
  };
}
