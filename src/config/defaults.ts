// Settings whose default depends on the process environment: where Datadog's pages are, where the bot's own are. Pure.

import type { Environment } from "./environment.ts";
import type { Settings } from "./read.ts";

/** Sites whose pages are on the site itself instead of on `app.<site>`. */
const OWN_APP_HOST = /^(?:us\d|ap\d|uk\d)\./;

export function withDefaults(
  { configuration, runbooks }: Settings,
  { DD_SITE, PORT }: Pick<Environment, "DD_SITE" | "PORT">,
): Settings {
  const app = OWN_APP_HOST.test(DD_SITE) ? `https://${DD_SITE}` : `https://app.${DD_SITE}`;
  return {
    runbooks,
    configuration: {
      ...configuration,
      publicUrl: configuration.publicUrl ?? `http://localhost:${PORT}`,
      datadog: { ...configuration.datadog, app: configuration.datadog.app ?? app },
    },
  };
}
