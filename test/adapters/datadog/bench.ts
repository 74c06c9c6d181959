// The official client against the local stand-in, for the tests in this folder.

import { type DatadogOptions, type DatadogStandIn, startDatadog } from "../../../playground/datadog/server.ts";
import { type DatadogAccount, type DatadogMetrics, datadogMetrics } from "../../../src/adapters/datadog/metrics.ts";

export interface Bench {
  datadog: DatadogStandIn;
  metrics: DatadogMetrics;
  /** Another account at the same place. */
  as(other: Partial<DatadogAccount>): DatadogMetrics;
}

export const unhurried = new AbortController().signal;

export async function startBench(options: DatadogOptions = {}): Promise<Bench> {
  const datadog = await startDatadog({ evaluateMs: 0, flushMs: 0, ...options });
  const { apiKey, appKey, url: baseUrl } = datadog;
  const as = (other: Partial<DatadogAccount>) => datadogMetrics({ apiKey, appKey, baseUrl, timeoutMs: 5000, ...other });
  const metrics = as({});
  await metrics.warm();
  return { datadog, metrics, as };
}
