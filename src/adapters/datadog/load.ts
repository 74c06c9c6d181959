// Loads what the bot calls of the official client, once. As one piece it would be nine thousand files, three seconds and 150 MB, nearly all of it models that
// nobody here asks for: each of them is read when a request needs it. Knows nothing of what the client is used for.

import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";

type Client = typeof import("@datadog/datadog-api-client");

/** The client as far as it is loaded. */
export interface Sdk {
  client: Client["client"];
  v1: Pick<Client["v1"], "AuthenticationApi" | "EventsApi" | "MonitorsApi">;
  v2: Pick<Client["v2"], "EventsApi" | "MetricsApi">;
}

let sdk: Promise<Sdk> | undefined;

/** A fifth of a second of work, in pieces that others' work comes between. */
export function loadClient(): Promise<Sdk> {
  sdk ??= load();
  return sdk;
}

const require = createRequire(import.meta.url);

async function load(): Promise<Sdk> {
  const folder = dirname(require.resolve("@datadog/datadog-api-client"));
  // It prints what it did not understand, among it whole answers, whenever DEBUG is set.
  require(join(folder, "logger.js")).logger.setLevel("silent");
  const packages = join(folder, "packages", "datadog-api-client");
  const client = require(`${packages}-common`);
  const v1 = await apisOf(`${packages}-v1`, ["AuthenticationApi", "EventsApi", "MonitorsApi"]);
  const v2 = await apisOf(`${packages}-v2`, ["EventsApi", "MetricsApi"]);
  return { client, v1, v2 } as Sdk;
}

async function apisOf(version: string, names: string[]): Promise<unknown> {
  await turn();
  putOffModels(join(version, "models", "ObjectSerializer.js"));
  await turn();
  return Object.assign({}, ...names.map((name) => require(join(version, "apis", `${name}.js`))));
}

/** Loads the list of all models without a model. */
function putOffModels(list: string): void {
  const listing = new Module(list) as Module & { load(file: string): void };
  const own = listing.require.bind(listing);
  // How they are written there: `const Model_1 = require("./Model")`, with the class `Model` in it.
  listing.require = (named: string) => {
    const [, name] = /^\.\/(\w+)$/.exec(named) ?? [];
    return name === undefined ? own(named) : { [name]: putOff(() => own(named)[name]) };
  };
  require.cache[list] = listing;
  listing.load(list);
}

/** A class that is read when something of it is used. */
function putOff(read: () => object): unknown {
  return new Proxy(function model() {}, {
    get: (_, name) => Reflect.get(read(), name),
    construct: (_, given) => Reflect.construct(read() as () => void, given),
  });
}
