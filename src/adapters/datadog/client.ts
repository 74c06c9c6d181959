// Calls through the official Datadog client: one HTTP exchange each, really aborted, and nothing thrown for what the service
// did. Knows no question: others say what to ask and read the answer.

import type { client, v1, v2 } from "@datadog/datadog-api-client";
import type { Log } from "../../ports/log.ts";
import type { FromMetrics, MetricsTrouble } from "../../ports/metrics.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { errorsInside, type Failure, fromStatus, garbled, line, words } from "./failures.ts";
import type { Limits } from "./limits.ts";
import { loadClient, type Sdk } from "./load.ts";

/** The parts of the client in use. */
export interface Api {
  metrics: v2.MetricsApi;
  monitors: v1.MonitorsApi;
  events: v1.EventsApi;
  history: v2.EventsApi;
  keys: v1.AuthenticationApi;
}

export interface Account {
  apiKey: string;
  appKey: string;
  /** Without a slash at its end. */
  baseUrl: string;
  /** For each HTTP request, from connecting to the last byte. */
  timeoutMs: number;
  limits: Limits;
  log?: Log;
}

/** What networks do every day, and limits, of which is said once. Anything else, such as keys that are refused, is for a person to look at. */
const everyday = new Set<MetricsTrouble>(["unreachable", "timedOut", "rateLimited"]);

/** Makes one call and gives the parsed JSON body as it came. */
export async function call(
  account: Account,
  ask: (api: Api) => Promise<unknown>,
  signal: AbortSignal,
): Promise<FromMetrics<unknown>> {
  const failure = badKeys(account);
  if (failure) return failure;
  const loaded = await loadClient();
  const http = exchange(account.timeoutMs, account.limits, signal);
  // How the client reads an answer is not used: it takes a web page for an empty answer, and throws for an unusual monitor.
  const unsent = await ask(open(loaded, account, http)).then(
    () => null,
    (error: unknown) => error,
  );
  const result = read(http, unsent);
  if (result.ok) return result;
  const detail = line(result.detail, [account.apiKey, account.appKey]);
  const { trouble } = result;
  account.log?.[everyday.has(trouble) ? "debug" : "warn"]("no answer from Datadog", {
    request: http.request(),
    trouble,
    detail,
  });
  return { ...result, detail };
}

function open({ client, v1, v2 }: Sdk, account: Account, http: Exchange): Api {
  const configuration = client.createConfiguration({
    baseServer: new client.BaseServerConfiguration(account.baseUrl, {}),
    authMethods: { apiKeyAuth: account.apiKey, appKeyAuth: account.appKey },
    httpApi: http as client.HttpLibrary,
    enableRetry: false,
  });
  return {
    metrics: new v2.MetricsApi(configuration),
    monitors: new v1.MonitorsApi(configuration),
    events: new v1.EventsApi(configuration),
    history: new v2.EventsApi(configuration),
    keys: new v1.AuthenticationApi(configuration),
  };
}

function read(http: Exchange, unsent: unknown): FromMetrics<unknown> {
  const heard = http.heard();
  if (!heard)
    return { ok: false, trouble: "queryRefused", detail: `the request could not be written: ${String(unsent)}` };
  if (!heard.ok) return heard;
  if (heard.status < 200 || heard.status > 299) return fromStatus(heard);
  const body = parse(heard.text);
  if (body === undefined) return garbled(`HTTP ${heard.status}, but not JSON: ${words(heard)}`);
  const errors = errorsInside(body);
  return errors
    ? { ok: false, trouble: "serviceError", detail: `an error inside the answer: ${errors}` }
    : { ok: true, value: body };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A line break in a key would end up, key and all, in an error message of the HTTP library. */
function badKeys({ apiKey, appKey }: Account): Failure | null {
  for (const [name, key] of [
    ["API key", apiKey],
    ["application key", appKey],
  ] as const) {
    if (!/^[\x21-\x7e]*$/.test(key)) {
      return { ok: false, trouble: "keysRefused", detail: `the ${name} holds a space or a sign that no key has` };
    }
  }
  return null;
}
