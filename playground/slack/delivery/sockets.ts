// Socket Mode: up to ten connections of the app, each payload to one of them in turn. Knows no workspace.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { fields, parsed, text } from "../json.ts";
import { secret } from "../names.ts";
import { type Parcel, type Road, Undeliverable } from "./roads.ts";

const MOST_SOCKETS = 10;
const PING_EVERY_MS = 5_000;
const TICKET_LIVES_MS = 30_000;
/** After a `disconnect` the app closes its side; the server does it when the app doesn't. */
const PATIENCE_MS = 10_000;

export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled";

export class Sockets implements Road {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #appId: string;
  readonly #onChange: () => void;
  readonly #tickets = new Map<string, number>();
  readonly #waiting = new Map<string, (answer: unknown) => void>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #pings: NodeJS.Timeout;
  #open: WebSocket[] = [];
  #turn = 0;

  constructor(appId: string, onChange: () => void) {
    this.#appId = appId;
    this.#onChange = onChange;
    this.#pings = setInterval(() => {
      for (const socket of this.#open) socket.ping();
    }, PING_EVERY_MS);
  }

  get count(): number {
    return this.#open.length;
  }

  /** A ticket for one connection, to be used within 30 s. */
  ticket(): string {
    const ticket = secret(24);
    this.#tickets.set(ticket, Date.now() + TICKET_LIVES_MS);
    return ticket;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? "/", "http://local").searchParams.get("ticket") ?? "";
    const until = this.#tickets.get(ticket) ?? 0;
    this.#tickets.delete(ticket);
    if (until < Date.now()) {
      socket.end("HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (connected) => this.#greet(connected));
  }

  async send(parcel: Parcel, signal: AbortSignal): Promise<unknown> {
    const socket = this.#open[this.#turn++ % Math.max(1, this.#open.length)];
    if (!socket) throw new Undeliverable("The app has no open socket.");
    const id = secret(16);
    const acknowledged = new Promise<unknown>((resolve) => {
      this.#waiting.set(id, resolve);
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    const isEvent = parcel.kind === "events_api";
    socket.send(
      JSON.stringify({
        envelope_id: id,
        type: parcel.kind,
        accepts_response_payload: !isEvent,
        payload: parcel.payload,
        ...(isEvent && { retry_attempt: parcel.retry?.attempt ?? 0, retry_reason: parcel.retry?.reason ?? "" }),
      }),
    );
    return acknowledged.finally(() => this.#waiting.delete(id));
  }

  /** Says goodbye as Slack does: the app is expected to connect anew. `warning` is followed by `refresh_requested` 10 s later. */
  disconnect(reason: DisconnectReason): void {
    for (const socket of this.#open) this.#sendAway(socket, reason);
  }

  /** Cuts every connection without a word. */
  drop(): void {
    for (const socket of this.#open) socket.terminate();
  }

  close(): void {
    clearInterval(this.#pings);
    for (const timer of this.#timers) clearTimeout(timer);
    this.drop();
    this.#server.close();
  }

  #greet(socket: WebSocket): void {
    if (this.#open.length >= MOST_SOCKETS) {
      this.#say(socket, "too_many_websockets");
      socket.close(1000);
      return;
    }
    this.#open.push(socket);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#open = this.#open.filter((one) => one !== socket);
      this.#onChange();
    });
    socket.on("message", (bytes) => this.#hear(String(bytes)));
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: this.#open.length,
        connection_info: { app_id: this.#appId },
        debug_info: { host: "playground", build_number: 1, approximate_connection_time: 18_060 },
      }),
    );
    this.#onChange();
  }

  #hear(message: string): void {
    const envelope = fields(parsed(message));
    this.#waiting.get(text(envelope.envelope_id))?.(envelope.payload);
  }

  #sendAway(socket: WebSocket, reason: DisconnectReason): void {
    this.#say(socket, reason);
    const isWarning = reason === "warning";
    this.#later(socket, () => (isWarning ? this.#sendAway(socket, "refresh_requested") : socket.close(1000)));
  }

  #say(socket: WebSocket, reason: string): void {
    socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "playground" } }));
  }

  #later(socket: WebSocket, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (socket.readyState === socket.OPEN) act();
    }, PATIENCE_MS);
    this.#timers.add(timer);
    socket.once("close", () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    });
  }
}
