// The bot's program in a few files instead of three hundred that are translated one by one: a process starts in a third of the time, and the tests start two
// hundred. It is the same program; the stories of starting, and the first one of deploying, use what users start.

import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { buildSync } from "esbuild";

const ROOT = join(import.meta.dirname, "../..");
/** What users start. */
export const PROGRAM = join(ROOT, "bin/lockstep.js");

let bundled: string | undefined;

/** Made when it is first asked for, from what is in src/ then; gone with this process. */
export function bundledProgram(): string {
  bundled ??= bundle();
  return bundled;
}

function bundle(): string {
  const directory = mkdtempSync(join(tmpdir(), "lockstep-program-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  const commands = readdirSync(join(ROOT, "commands")).map((file) => basename(file, ".ts"));
  buildSync({
    // As deep as in src/: files are found beside the program, and commands two folders above it.
    entryPoints: [
      { in: join(ROOT, "src/cli.ts"), out: "src/bundle/lockstep" },
      ...commands.map((name) => ({ in: join(ROOT, `commands/${name}.ts`), out: `commands/${name}` })),
    ],
    chunkNames: "src/bundle/[name]-[hash]",
    outdir: directory,
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    keepNames: true,
    logLevel: "warning",
  });
  cpSync(join(ROOT, "src/adapters/ssh/scripts"), join(directory, "src/bundle/scripts"), { recursive: true });
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
  return join(directory, "src/bundle/lockstep.js");
}
