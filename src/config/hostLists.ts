// Lists of hosts as files and inventory commands give them: a YAML or JSON list as in the configuration, or plain lines `name key=value …`. Knows neither
// where the text comes from nor whether its hosts fit together. Pure.

import { parseDocument } from "yaml";
import { z } from "zod";
import { type HostEntry, hostEntry } from "./hostEntries.ts";
import { type Mistake, mistakesOf } from "./mistakes.ts";

export type ReadHosts = { ok: true; entries: HostEntry[] } | { ok: false; mistakes: Mistake[] };

export function readHostList(text: string): ReadHosts {
  const first = text.split("\n").find((line) => !/^\s*(?:#|$)/.test(line)) ?? "";
  const structured = /^\s*(?:---\s*$|-\s|\{|\[(?!\d+\.\.\d+\]))/.test(first);
  return structured ? fromList(text) : fromLines(text);
}

const list = z.array(hostEntry);
/** Some thousand hosts. YAML takes ten times as long to read as plain lines do, and nothing else happens meanwhile. */
const MOST_YAML = 256 * 1024;

function fromList(text: string): ReadHosts {
  const parsed = parsedFrom(text);
  if ("mistakes" in parsed) return { ok: false, mistakes: parsed.mistakes };
  const read = list.safeParse(parsed.value ?? []);
  if (read.success) return { ok: true, entries: read.data };
  return { ok: false, mistakes: mistakesOf(read.error, parsed.value).map(inList) };
}

function inList({ path, problem }: Mistake): Mistake {
  return { path: path === "the file" ? "the list" : path, problem };
}

function parsedFrom(text: string): { value: unknown } | { mistakes: Mistake[] } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // Then it is YAML, which tells what is wrong with it.
  }
  if (text.length > MOST_YAML) {
    const problem = `is too long for YAML (more than ${MOST_YAML} characters): give it as JSON, or as plain lines`;
    return { mistakes: [{ path: "the list", problem }] };
  }
  try {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (!error) return { value: document.toJS() };
    const [line = ""] = error.message.split("\n");
    return { mistakes: [{ path: "the list", problem: `is not readable as YAML: ${line.replace(/:$/, "")}` }] };
  } catch (error) {
    // Anchors that lead nowhere, or to more than fits into memory.
    return { mistakes: [{ path: "the list", problem: `is not readable as YAML: ${(error as Error).message}` }] };
  }
}

function fromLines(text: string): ReadHosts {
  const entries: HostEntry[] = [];
  const mistakes: Mistake[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const [name, ...pairs] = line
      .replace(/(?:^|\s)#.*$/, "")
      .split(/\s+/)
      .filter(Boolean);
    if (name === undefined) continue;
    const input = pairs.length === 0 ? name : { name, ...Object.fromEntries(pairs.map(pairOf)) };
    const read = hostEntry.safeParse(input);
    if (read.success) entries.push(read.data);
    else mistakes.push(...mistakesOf(read.error, input).map((mistake) => onLine(i + 1, mistake)));
  }
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, entries };
}

function pairOf(pair: string): [string, string | number] {
  const [, key = pair, value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  return [key, key === "port" && /^\d+$/.test(value) ? Number(value) : value];
}

function onLine(number: number, { path, problem }: Mistake): Mistake {
  return { path: path === "the file" ? `line ${number}` : `line ${number}, ${path}`, problem };
}
