// Bare ssh2 on connections that are open already: one command per host, as many at once as told, its exit code waited for. `switch` as the second argument has it do what a
// switch needs at least; otherwise it runs `true`.

import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { Client } from "ssh2";
import { pool } from "../../src/runner/pool.ts";
import { done, untilToldToGo } from "../support/protocol.ts";
import { readTask } from "../support/task.ts";

const task = await readTask(process.argv[2] ?? "");
const privateKey = readFileSync(task.key);
const clients: Client[] = [];
await pool(task.hosts, { atOnce: 8, enough: () => false }, async ({ address: host, port, user }) => {
  const sock = connect({ host, port, noDelay: true });
  const client = new Client();
  await new Promise<void>((resolve, reject) => {
    client.once("ready", resolve).once("error", reject);
    client.connect({ sock, username: user, privateKey });
  });
  clients.push(client);
});
const switching = `cd ${task.site} && ln -s "$(readlink current)" .next && mv -Tf .next current && echo again >running`;
const command = process.argv[3] === "switch" ? switching : "true";

await untilToldToGo();
await pool(clients, { atOnce: task.atOnce, enough: () => false }, async (client) => {
  const code = await new Promise<number | null>((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error);
      let code: number | null = null;
      channel.resume().on("exit", (seen: number | null) => {
        code = seen;
      });
      channel.stderr.resume();
      channel.on("close", () => resolve(code));
    });
  });
  if (code !== 0) throw new Error(`exit code ${code}`);
});
await done();
for (const client of clients) client.end();
process.exit();
