// Reads the configuration file and the runbooks and says every mistake at once. Knows nothing of what the settings are for.

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { crossCheck } from "./crosschecks.ts";
import { type Mistake, mistakesOf } from "./mistakes.ts";
import { type Runbook, readRunbooks } from "./runbooks.ts";
import { type Configuration, configuration as schema } from "./schema.ts";

/** The configuration with paths made absolute, relative ones starting at the file's own folder. */
export interface Settings {
  configuration: Configuration;
  runbooks: Map<string, Runbook>;
}

export type FromFile = { ok: true; settings: Settings } | { ok: false; mistakes: Mistake[] };

export function readConfiguration(path: string): FromFile {
  if (!existsSync(path)) {
    const problem = `does not exist. Copy lockstep.example.yml there, or set LOCKSTEP_CONFIG to where it is`;
    return { ok: false, mistakes: [{ path, problem }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, "utf8"), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { path: `line ${line}, column ${col}`, problem: `is not readable as YAML: ${message}` };
    });
    return { ok: false, mistakes };
  }
  return check(document.toJS() ?? {}, dirname(resolve(path)));
}

function check(input: unknown, folder: string): FromFile {
  const read = schema.safeParse(input);
  if (!read.success) return { ok: false, mistakes: mistakesOf(read.error, input) };
  const configuration = withPaths(read.data, folder);
  const runbooks = readRunbooks(configuration.runbooks);
  const mistakes = crossCheck(configuration, runbooks);
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, settings: { configuration, runbooks } };
}

function withPaths(configuration: Configuration, folder: string): Configuration {
  const absolute = (path: string) => resolve(folder, path.replace(/^~(?=\/)/, homedir()));
  const { runbooks, ssh } = configuration;
  return {
    ...configuration,
    runbooks: absolute(runbooks),
    ssh: { ...ssh, key: ssh.key && absolute(ssh.key), knownHosts: ssh.knownHosts.map(absolute) },
  };
}

/** Lines for a terminal. */
export function describeMistakes(path: string, mistakes: Mistake[]): string {
  const heading = mistakes.length === 1 ? `${path} has a mistake:` : `${path} has ${mistakes.length} mistakes:`;
  return [heading, ...mistakes.map(({ path, problem }) => `  ${path}: ${problem}`)].join("\n");
}
