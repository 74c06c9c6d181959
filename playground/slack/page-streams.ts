// Server-sent events for open pages: each sees what the person sees whom it acts as, plus the raw traffic.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Change } from "./changes.ts";
import { appStatus, pageView } from "./page-state.ts";
import type { Stand } from "./stand.ts";
import { isVisibleTo } from "./workspace.ts";

const KEEP_ALIVE_EVERY_MS = 15_000;

export class PageStreams {
  readonly #stand: Stand;
  readonly #open = new Map<ServerResponse, string>();
  readonly #keepAlive: NodeJS.Timeout;
  readonly #stop: () => void;

  constructor(stand: Stand) {
    this.#stand = stand;
    this.#stop = stand.workspace.changes.listen((change) => this.#pass(change));
    this.#keepAlive = setInterval(() => {
      for (const response of this.#open.keys()) response.write(": still here\n\n");
    }, KEEP_ALIVE_EVERY_MS);
  }

  open(request: IncomingMessage, response: ServerResponse): void {
    const person = new URL(request.url ?? "/", this.#stand.origin).searchParams.get("as") ?? "";
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("retry: 500\n\n");
    this.#open.set(response, person);
    response.on("close", () => this.#open.delete(response));
  }

  close(): void {
    this.#stop();
    clearInterval(this.#keepAlive);
    for (const response of this.#open.keys()) response.end();
  }

  #pass(change: Change): void {
    for (const [response, person] of this.#open) {
      const seen = this.#seenBy(person, change);
      if (seen) response.write(`event: ${change.kind}\ndata: ${JSON.stringify(seen)}\n\n`);
    }
  }

  #seenBy(person: string, change: Change): object | undefined {
    switch (change.kind) {
      case "message": {
        const channel = this.#stand.workspace.channel(change.message.channel);
        const isTheirs = channel?.directWith === undefined || channel.directWith === person;
        return isTheirs && isVisibleTo(change.message, person) ? change.message : undefined;
      }
      case "removed":
        return { channel: change.channel, ts: change.ts };
      case "view":
        return change.person === person ? { view: pageView(this.#stand.views.top(person)) } : undefined;
      case "home":
        return change.person === person ? { view: pageView(this.#stand.views.home(person)) } : undefined;
      case "channels":
        return {
          channels: this.#stand.workspace.channels.filter(
            (one) => one.directWith === undefined || one.directWith === person,
          ),
        };
      case "connections":
        return appStatus(this.#stand);
      case "call":
        return change.call;
      case "payload":
        return change.payload;
    }
  }
}
