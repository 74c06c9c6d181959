// What a service is on its hosts, frozen: a release that is switched, or commands that are run. Pure.

import type { Site } from "../deploy/order.ts";
import type { ServiceConfiguration } from "./schema.ts";
import type { HealthConfiguration } from "./siteSchema.ts";

export function kindOf({ commands }: Pick<ServiceConfiguration, "commands">): NonNullable<Site["kind"]> {
  return commands ? "commands" : "release";
}

export function siteOf({ release, commands }: Pick<ServiceConfiguration, "release" | "commands">): Site {
  if (release) {
    const { shared, restart, restartTimeout } = release;
    return { kind: "release", ...common(release), shared, restart, restartTimeoutMs: restartTimeout };
  }
  if (!commands) throw new Error("a service has neither release nor commands");
  const { prepare, prepareTimeout, run, timeout } = commands;
  return {
    kind: "commands",
    ...common(commands),
    shared: [],
    prepare: prepare === undefined ? null : { command: prepare, timeoutMs: prepareTimeout },
    restart: run,
    restartTimeoutMs: timeout,
  };
}

type Common = Pick<NonNullable<ServiceConfiguration["release"]>, "path" | "keep" | "health" | "environment">;

function common({ path, keep, health, environment }: Common) {
  return { path: path.replace(/(?<=.)\/+$/, ""), keep, health: health ? healthOf(health) : null, environment };
}

function healthOf(health: HealthConfiguration): Site["health"] {
  const { timeout: timeoutMs, every: intervalMs, successes } = health;
  const patience = { timeoutMs, intervalMs, successes };
  return "http" in health
    ? { command: ASK_OVER_HTTP, url: health.http, ...patience }
    : { command: health.command, ...patience };
}

/** Of one try, in seconds. */
const TRY = 3;

/**
 * Asks "$LOCKSTEP_HEALTH_URL" once and exits 0 when the answer is a 2xx, otherwise with a line that says why. The address comes in the environment and is
 * never part of the command. No proxy: it is about this host. GNU's wget would follow redirects and try again; that of BusyBox
 * knows no such options, and in some systems breaks down at one for its time limit.
 */
const ASK_OVER_HTTP = `unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
if command -v curl >/dev/null 2>&1; then
  code=$(curl -q --silent --show-error --globoff --max-time ${TRY} --output /dev/null --write-out '%{http_code}' --url "$LOCKSTEP_HEALTH_URL") || exit 1
  case $code in
    2??) exit 0 ;;
  esac
  echo "$LOCKSTEP_HEALTH_URL answered $code, and 2xx is expected"
  exit 1
fi
if ! command -v wget >/dev/null 2>&1; then
  echo "there is neither curl nor wget on this host: install one, or use a health command"
  exit 1
fi
limit=
if timeout ${TRY} true >/dev/null 2>&1; then limit="timeout ${TRY}"; fi
options=
help=$(wget --help 2>&1)
case $help in
  *--max-redirect*) options="--no-config --max-redirect=0 --tries=1 -T ${TRY}" ;;
  *"-T SEC"*) options="-T ${TRY}" ;;
esac
said=$($limit wget $options -O /dev/null "$LOCKSTEP_HEALTH_URL" 2>&1) && exit 0
echo "$LOCKSTEP_HEALTH_URL is not well: $(echo "$said" | grep . | tail -n 1)"
exit 1`;
