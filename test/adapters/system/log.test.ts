// What the log takes out of what it is handed, in a process of its own, because it writes to standard output.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

const LOG = join(import.meta.dirname, "../../../src/adapters/system/log.ts");
/** With what JSON writes in another way. */
const SECRET = 'canary "quoted\\secret';

async function logged(fields: string): Promise<string> {
  const script = `
    const { systemLog } = await import(${JSON.stringify(LOG)});
    const secret = ${JSON.stringify(SECRET)};
    const log = systemLog("info", [secret]);
    log.warn("hello " + secret, ${fields});`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--import",
    "tsx",
    "--input-type=module",
    "-e",
    script,
  ]);
  return stdout;
}

describe("the log", () => {
  it("takes a secret out of words, errors and whatever is nested, and keeps the rest", async () => {
    const line = await logged(
      '{ text: secret, error: new Error(secret), nested: { list: [secret, 7, null], token: "xoxe-1-abcdefgh", at: "https://me:abcdefgh@example.com/" }, gone: undefined }',
    );
    expect(line).not.to.include("canary").and.not.include("abcdefgh");
    const { level, msg, text, error, nested } = JSON.parse(line);
    expect({ level, msg, text, nested }).to.deep.equal({
      level: "warn",
      msg: "hello …",
      text: "…",
      nested: { list: ["…", 7, null], token: "…", at: "https://example.com/" },
    });
    expect(error).to.match(/^Error: …\n +at /);
  });
});
