// Runs git for the demo repository, apart from the developer's own configuration. Knows no history.

import { type ExecFileOptions, execFile } from "node:child_process";

/** Resolves what git printed; rejects with what it complained about. */
export function git(directory: string, args: string[], input?: string | Buffer): Promise<Buffer> {
  const options: ExecFileOptions & { encoding: "buffer" } = {
    cwd: directory,
    encoding: "buffer",
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      LANG: "C",
    },
  };
  return new Promise((done, failed) => {
    const child = execFile("git", args, options, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else failed(new Error(`git ${args[0]}: ${stderr.toString().trim() || error.message}`));
    });
    child.stdin?.on("error", () => {}); // git ended early: its own complaint says why
    child.stdin?.end(input);
  });
}
