// Everything that can be made to go wrong, in-process and by `POST /_control`.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { DisconnectReason } from "./delivery/sockets.ts";
import type { CallFault, PayloadFault } from "./faults.ts";
import { readBody, sendJson } from "./http.ts";
import { type Fields, isFields, parsed, text } from "./json.ts";
import type { Stand } from "./stand.ts";
import type { Channel, PayloadKind } from "./types.ts";

export class Controls {
  readonly #stand: Stand;

  constructor(stand: Stand) {
    this.#stand = stand;
  }

  /** The next call of `method` (`*` for any): `onCall("chat.update", { kind: "rateLimit", retryAfterSeconds: 1 })`. */
  onCall(method: string, fault: CallFault): void {
    this.#stand.faults.onCall(method, fault);
  }

  /** The next payload arrives twice, never, or its acknowledgement is lost. */
  onPayload(fault: PayloadFault, times = 1): void {
    this.#stand.faults.onPayload(fault, times);
  }

  /** What went to the app last of this kind (`slash_commands`, `interactive`) goes there once more: with several sockets, to the next one. */
  async redeliver(kind: PayloadKind): Promise<void> {
    const { delivery } = this.#stand;
    const last = delivery.payloads.findLast((one) => one.kind === kind);
    if (!last) throw new Error(`No ${kind} has gone to the app.`);
    await delivery.deliver(kind, last.payload);
  }

  /** Cuts all sockets of the app without a word. */
  dropSockets(): void {
    this.#stand.sockets.drop();
  }

  /** Asks the app to connect anew, as Slack does every few hours. */
  disconnect(reason: DisconnectReason): void {
    this.#stand.sockets.disconnect(reason);
  }

  archive(channel: string, isArchived = true): void {
    this.#change(channel, (one) => {
      one.isArchived = isArchived;
    });
  }

  removeBot(channel: string): void {
    this.#change(channel, (one) => {
      one.isMember = false;
    });
  }

  inviteBot(channel: string): void {
    this.#change(channel, (one) => {
      one.isMember = true;
    });
  }

  /** From now on messages can no longer be edited, as some workspaces have it. */
  closeEditWindow(isClosed = true): void {
    this.#stand.faults.isEditWindowClosed = isClosed;
  }

  /** A person who may deletes a message, and with it the way to its thread. */
  deleteMessage(where: string, ts: string): void {
    const { workspace } = this.#stand;
    const message = workspace.find(workspace.channel(where)?.id ?? "", ts);
    if (!message) throw new Error(`There is no message ${ts} in ${where}.`);
    workspace.remove(message);
  }

  /** Forgets everything that was going to go wrong; channels stay as they are. */
  clear(): void {
    this.#stand.faults.clear();
  }

  #change(where: string, change: (channel: Channel) => void): void {
    const channel = this.#stand.workspace.channel(where);
    if (!channel) throw new Error(`There is no channel ${where}.`);
    change(channel);
    this.#stand.workspace.changes.tell({ kind: "channels" });
  }
}

const orders: Record<string, (controls: Controls, order: Fields) => void> = {
  onCall: (controls, { method, fault }) => {
    if (!isFields(fault)) throw new Error("`fault` is missing.");
    controls.onCall(text(method) || "*", fault as CallFault);
  },
  onPayload: (controls, { fault, times }) => controls.onPayload(text(fault) as PayloadFault, Number(times ?? 1)),
  redeliver: (controls, { kind }) => void controls.redeliver((text(kind) || "slash_commands") as PayloadKind),
  dropSockets: (controls) => controls.dropSockets(),
  disconnect: (controls, { reason }) => controls.disconnect((text(reason) || "refresh_requested") as DisconnectReason),
  archive: (controls, { channel }) => controls.archive(text(channel)),
  unarchive: (controls, { channel }) => controls.archive(text(channel), false),
  removeBot: (controls, { channel }) => controls.removeBot(text(channel)),
  inviteBot: (controls, { channel }) => controls.inviteBot(text(channel)),
  closeEditWindow: (controls) => controls.closeEditWindow(),
  openEditWindow: (controls) => controls.closeEditWindow(false),
  deleteMessage: (controls, { channel, ts }) => controls.deleteMessage(text(channel), text(ts)),
  clear: (controls) => controls.clear(),
};

/** Answers `POST /_control` with a body such as `{"do": "archive", "channel": "deploys"}`. */
export async function answerControl(
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const order = parsed((await readBody(request)).toString());
  const name = isFields(order) ? text(order.do) : "";
  try {
    if (!isFields(order) || !Object.hasOwn(orders, name))
      throw new Error(`"do" is one of: ${Object.keys(orders).join(", ")}.`);
    orders[name]?.(controls, order);
    sendJson(response, 200, { body: { ok: true } });
  } catch (error) {
    sendJson(response, 400, { body: { ok: false, error: error instanceof Error ? error.message : String(error) } });
  }
}
