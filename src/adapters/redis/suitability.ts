// Whether this Redis keeps what it is given: it must not throw keys away when memory is short, and it must write to disk. Knows no key.

import type { RedisConnection } from "./connection.ts";

export type Unsuitable = { kind: "evicts"; policy: string } | { kind: "forgets" };

/** Empty when it is suitable; `unknown` when the server does not let itself be asked, as hosted ones may. */
export async function unsuitable(connection: RedisConnection): Promise<Unsuitable[] | "unknown"> {
  try {
    const settings = await connection.configGet(["maxmemory", "maxmemory-policy", "appendonly", "save"]);
    const found: Unsuitable[] = [];
    const { maxmemory = "0", "maxmemory-policy": policy = "noeviction", appendonly = "no", save = "" } = settings;
    if (policy !== "noeviction" && maxmemory !== "0") found.push({ kind: "evicts", policy });
    if (appendonly === "no" && save === "") found.push({ kind: "forgets" });
    return found;
  } catch {
    return "unknown";
  }
}
