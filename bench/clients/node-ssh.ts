// node-ssh as its README says: connect, putFile, execCommand, dispose, one host after the other, so many at once.

import { NodeSSH } from "node-ssh";
import { pool } from "../../src/runner/pool.ts";
import { done, untilToldToGo } from "../support/protocol.ts";
import { readTask } from "../support/task.ts";

const task = await readTask(process.argv[2] ?? "");
await untilToldToGo();
await pool(task.hosts, { atOnce: task.atOnce, enough: () => false }, async ({ address, port, user }) => {
  const ssh = new NodeSSH();
  await ssh.connect({ host: address, port, username: user, privateKeyPath: task.key });
  await ssh.putFile(task.archive.path, task.uploaded);
  const { code, stderr } = await ssh.execCommand(task.command);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  ssh.dispose();
});
await done();
process.exit();
