// Reads the configuration file and the runbooks and says every mistake at once. Knows nothing of what the settings are for.

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { crossCheck } from "./crosschecks.ts";
import { type Mistake, mistakesOf } from "./mistakes.ts";
import { type Runbook, readRunbooks } from "./runbooks.ts";
import {
  type Configuration,
  type PlaceConfiguration,
  type ServiceConfiguration,
  configuration as schema,
} from "./schema.ts";
import { soundPart } from "./soundPart.ts";

/** The configuration with paths made absolute, relative ones starting at the file's own folder. */
export interface Settings {
  configuration: Configuration;
  runbooks: Map<string, Runbook>;
}

export type FromFile =
  | { ok: true; settings: Settings }
  | {
      ok: false;
      mistakes: Mistake[];
      /** What is left without what is broken, for whoever only looks; missing when nothing is. */
      sound?: Settings;
    };

export function readConfiguration(path: string): FromFile {
  if (!existsSync(path)) {
    const problem = `does not exist. Copy lockstep.example.yml there, or set LOCKSTEP_CONFIG to where it is`;
    return { ok: false, mistakes: [{ path, problem }] };
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return { ok: false, mistakes: [{ path, problem: `cannot be read: ${(error as Error).message}` }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { path: `line ${line}, column ${col}`, problem: `is not readable as YAML: ${message}` };
    });
    return { ok: false, mistakes };
  }
  let input: unknown;
  try {
    input = document.toJS() ?? {};
  } catch (error) {
    // Anchors that lead nowhere, or to more than fits into memory.
    return {
      ok: false,
      mistakes: [{ path: "the file", problem: `is not readable as YAML: ${(error as Error).message}` }],
    };
  }
  return check(input, dirname(resolve(path)));
}

function check(input: unknown, folder: string): FromFile {
  const read = schema.safeParse(input);
  const sound = read.success ? read : schema.safeParse(soundPart(input, read.error.issues));
  const settings = sound.success ? withRunbooks(withPaths(sound.data, folder)) : null;
  const mistakes = [
    ...(read.success ? [] : mistakesOf(read.error, input)),
    ...(settings ? crossCheck(settings.configuration, settings.runbooks) : []),
  ];
  if (settings === null) return { ok: false, mistakes };
  return mistakes.length > 0 ? { ok: false, mistakes, sound: settings } : { ok: true, settings };
}

function withRunbooks(configuration: Configuration): Settings {
  return { configuration, runbooks: readRunbooks(configuration.runbooks) };
}

function withPaths(configuration: Configuration, folder: string): Configuration {
  const absolute = (path: string) => resolve(folder, path.replace(/^~(?=\/)/, homedir()));
  const { runbooks, services, ssh } = configuration;
  const place = (one: PlaceConfiguration): PlaceConfiguration => {
    if (Array.isArray(one.hosts)) return one;
    return { ...one, hosts: "file" in one.hosts ? { file: absolute(one.hosts.file) } : { ...one.hosts, folder } };
  };
  const service = ({ environments, ...one }: ServiceConfiguration): ServiceConfiguration => ({
    ...one,
    environments: mapped(environments, place),
  });
  return {
    ...configuration,
    services: mapped(services, service),
    runbooks: absolute(runbooks),
    ssh: { ...ssh, key: ssh.key && absolute(ssh.key), knownHosts: ssh.knownHosts.map(absolute) },
  };
}

function mapped<V>(all: Record<string, V>, change: (one: V) => V): Record<string, V> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]));
}

/** Lines for a terminal. */
export function describeMistakes(path: string, mistakes: Mistake[]): string {
  const [first] = mistakes;
  // The file itself could not be read: there is no place in it to name.
  if (first?.path === path) return `${path} ${first.problem}.`;
  const heading = mistakes.length === 1 ? `${path} has a mistake:` : `${path} has ${mistakes.length} mistakes:`;
  return [heading, ...mistakes.map(({ path, problem }) => `  ${path}: ${problem}`)].join("\n");
}
