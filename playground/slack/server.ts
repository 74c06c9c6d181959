// The local stand-in for Slack: Web API, Socket Mode or signed requests, interactivity, and a page to use it all by hand.
// Listens on loopback only. This file puts the parts together; it knows no rule.

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { answerRequest } from "./addresses.ts";
import type { Truthy } from "./changes.ts";
import { Controls } from "./controls.ts";
import { Delivery } from "./delivery/delivery.ts";
import { Requests } from "./delivery/requests.ts";
import { ResponseUrls } from "./delivery/response-urls.ts";
import { Sockets } from "./delivery/sockets.ts";
import { Triggers } from "./delivery/triggers.ts";
import { Driver } from "./driver/driver.ts";
import { dump } from "./dump.ts";
import { Faults } from "./faults.ts";
import { Files } from "./files.ts";
import { readManifest } from "./manifest.ts";
import { secret } from "./names.ts";
import { channels, groups, people, type SlackOptions } from "./options.ts";
import { PageStreams } from "./page-streams.ts";
import type { Stand, Tokens } from "./stand.ts";
import type { Call, Payload } from "./types.ts";
import { Views } from "./views.ts";
import { Workspace } from "./workspace.ts";

export type { PressOptions, PressResult } from "./driver/pressing.ts";
export type { Typed } from "./driver/typing.ts";
export { buttons, words } from "./dump.ts";
export type { SlackOptions, Welcome } from "./options.ts";
export type { Block, Call, Channel, Message, Payload, View } from "./types.ts";

const ACK_TIMEOUT_MS = 3_000;
const RESPONSE_URL_LIFETIME_MS = 30 * 60_000;

/** Starts the stand-in. Throws when the manifest is not one that Slack would take. */
export async function startSlack(options: SlackOptions): Promise<SlackStandIn> {
  const stand = prepare(options);
  const controls = new Controls(stand);
  const streams = new PageStreams(stand);
  const server = createServer(
    (request, response) => void answerRequest({ stand, controls, streams }, request, response),
  );
  server.on("upgrade", (request, socket, head) => {
    if (stand.requests === undefined && request.url?.startsWith("/link?")) stand.sockets.upgrade(request, socket, head);
    else socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  stand.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new SlackStandIn({ stand, controls, streams, server });
}

function prepare(options: SlackOptions): Stand {
  const manifest = readManifest(options.manifest);
  const everybody = people(options);
  const ids = everybody.map((one) => one.id);
  const members = { people: everybody, groups: groups(options), channels: channels(options, ids) };
  const workspace = new Workspace(members, manifest.botName);
  const tokens = tokensOf(options);
  const faults = new Faults();
  const { changes } = workspace;
  const sockets = new Sockets(workspace.bot.appId, () => changes.tell({ kind: "connections" }));
  const { mode = "socket", ackTimeoutMs = ACK_TIMEOUT_MS } = options;
  const requests = mode === "socket" ? undefined : new Requests(mode.requestUrl, tokens.signingSecret);
  return {
    ...{ options, manifest, workspace, tokens, faults, sockets, requests },
    delivery: new Delivery({ road: requests ?? sockets, faults, changes, ackTimeoutMs }),
    triggers: new Triggers(options.triggerLifetimeMs ?? ACK_TIMEOUT_MS),
    responseUrls: new ResponseUrls(options.responseUrlLifetimeMs ?? RESPONSE_URL_LIFETIME_MS),
    views: new Views(changes),
    files: new Files(),
    calls: [],
    origin: "",
  };
}

function tokensOf({ tokens = {} }: SlackOptions): Tokens {
  return {
    bot: tokens.bot ?? `xoxb-${secret(24)}`,
    app: tokens.app ?? `xapp-1-${secret(24)}`,
    appScopes: tokens.appScopes ?? ["connections:write"],
    signingSecret: tokens.signingSecret ?? secret(32),
  };
}

interface Parts {
  stand: Stand;
  controls: Controls;
  streams: PageStreams;
  server: Server;
}

/** A running stand-in, with what a test or the page does in the name of people. */
export class SlackStandIn extends Driver {
  readonly faults: Controls;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    super(parts.stand);
    this.#parts = parts;
    this.faults = parts.controls;
  }

  /** The page. */
  get url(): string {
    return `${this.#parts.stand.origin}/`;
  }

  /** What `https://slack.com/api/` is for Slack itself. */
  get apiUrl(): string {
    return `${this.#parts.stand.origin}/api/`;
  }

  get botToken(): string {
    return this.#parts.stand.tokens.bot;
  }

  get appToken(): string {
    return this.#parts.stand.tokens.app;
  }

  get signingSecret(): string {
    return this.#parts.stand.tokens.signingSecret;
  }

  get botUserId(): string {
    return this.#parts.stand.workspace.bot.userId;
  }

  /** Web API calls, oldest first; without tokens. */
  get calls(): readonly Call[] {
    return this.#parts.stand.calls;
  }

  /** What went to the app, oldest first, with its acknowledgements. */
  get payloads(): readonly Payload[] {
    return this.#parts.stand.delivery.payloads;
  }

  /** Open sockets of the app. */
  connections(): number {
    return this.#parts.stand.sockets.count;
  }

  /** In HTTP mode: where payloads go. */
  get requestUrl(): string | undefined {
    return this.#parts.stand.requests?.url;
  }

  /** In HTTP mode: where payloads go from now on. */
  useRequestUrl(url: string): void {
    const { requests } = this.#parts.stand;
    if (!requests) throw new Error("A request URL is for HTTP mode; this stand-in was started for Socket Mode.");
    requests.url = url;
  }

  /**
   * Resolves with the first truthy value of `look`, asked now and on every change; an exception (such as a failed expectation) counts as
   * "not yet". Fails after `timeoutMs` (5 s) with a dump of the workspace.
   */
  waitFor<T>(look: () => T | Promise<T>, { timeoutMs = 5_000 } = {}): Promise<Truthy<T>> {
    const { stand } = this.#parts;
    return stand.workspace.changes.waitFor(look, () => dump(stand), timeoutMs);
  }

  /** The workspace as text, for a look in between. */
  dump(): string {
    return dump(this.#parts.stand);
  }

  /** Stops everything; sockets of the app are cut. May be called again. */
  async close(): Promise<void> {
    const { stand, streams, server } = this.#parts;
    if (!server.listening) return;
    stand.delivery.close();
    streams.close();
    stand.sockets.close();
    stand.workspace.changes.close();
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }
}
