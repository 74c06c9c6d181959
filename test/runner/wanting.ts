// One of many people who want the same lock: tries, waits in line when somebody else was faster, takes it when it is their turn, and gives it back.

import type { Person } from "../../src/deploy/order.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { Leases } from "../../src/ports/leases.ts";
import { TargetBot } from "../../src/runner/bot.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { targetStream } from "../../src/runner/stored.ts";
import type { Supervisor } from "../../src/runner/supervise.ts";
import { partsOn } from "../support/parts.ts";

type Store = { journal: Journal; leases: Leases };

const web = { service: "web", environment: "production" };
const stream = targetStream(web);

/** Who was named when this one was refused; null for the one who was first. */
export async function wantOnce(store: Store, supervisor: Supervisor, by: Person): Promise<string | null> {
  const parts = partsOn(store);
  const bot = new TargetBot(parts, supervisor);
  const first = await bot.locks.lock(web, { reason: `for ${by.id}` }, by);
  let winner: string | null = null;
  if (!first.ok) {
    const { refusal } = first;
    winner =
      refusal.kind === "lockedBy" ? refusal.lock.by.id : refusal.kind === "reserved" ? refusal.turn.id : refusal.kind;
    const waits = await bot.locks.wait(web, { kind: "lock", reason: `for ${by.id}` }, by);
    if (!waits.ok) throw new Error(`${by.id} could not wait: ${waits.refusal.kind}`);
    await untilTurn(parts, by);
    const turn = await bot.locks.lock(web, { reason: `the turn of ${by.id}` }, by);
    if (!turn.ok) throw new Error(`${by.id} was not let in at their turn: ${turn.refusal.kind}`);
  }
  const back = await bot.locks.unlock(web, { reason: "", seen: null }, by);
  if (!back.ok) throw new Error(`${by.id} could not unlock: ${back.refusal.kind}`);
  return winner;
}

function untilTurn(parts: Parts, { id }: Person): Promise<void> {
  return new Promise((resolve) => {
    const look = async () => {
      const { offer } = await parts.targets.read(web);
      if (offer?.to.id !== id) return;
      stop();
      resolve();
    };
    const stop = parts.journal.watch((grown) => grown === stream && void look());
    void look();
  });
}
