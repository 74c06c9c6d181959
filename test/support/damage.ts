// Writes something else where a fact was, as a disk does that forgets: straight into the store, which nobody has open meanwhile.

import { join } from "node:path";
import { open } from "lmdb";
import { createClient } from "redis";
import { streamKey } from "../../src/adapters/redis/scripts.ts";

/** What is to be damaged, and what is there then. */
export interface Damage {
  stream: string;
  version: number;
  text: string;
}

export async function damageFolder(directory: string, { stream, version, text }: Damage): Promise<void> {
  const root = open({ path: join(directory, "journal.lmdb"), maxDbs: 4 });
  const facts = root.openDB<Buffer, [string, number]>({ name: "facts", encoding: "binary" });
  await facts.put([stream, version], Buffer.from(text));
  await root.flushed;
  await root.close();
}

/** An entry cannot be changed: all of the stream's are written again. */
export async function damageRedis(url: string, { stream, version, text }: Damage): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  const key = streamKey(stream);
  const entries = (await client.xRange(key, "-", "+")) ?? [];
  await client.del(key);
  for (const { id, message } of entries) {
    const [[field = "", whole = ""] = []] = Object.entries(message);
    await client.xAdd(key, id, { [field]: Number.parseInt(id, 10) === version ? text : whole });
  }
  await client.close();
}
