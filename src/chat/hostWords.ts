// Hosts as people type them behind a command: `hosts web-01,web-03` or `--hosts web-[01..03]`, taken off before the rest is read. Knows no host. Pure.

import { z } from "zod";

/** Buttons carry what was typed, and have room for no more. */
const MOST_CHARACTERS = 600;
const MOST_NAMES = 100;

/** At the end, or before an environment; a word that says where to is none of it. */
const TYPED = /^(?<before>.*?\S)\s+(?:--hosts(?:=|\s+)|hosts\s+)(?<names>\S.*?)(?<after>\s+(?:to|in|on)\s+\S+)?$/is;
const WITHOUT_NAMES = /\s--hosts=?\s*$|(?<!\s(?:to|in|on))\shosts\s*$/i;

/** The same arguments with `hosts`; undefined when none are typed. */
export function withHosts<A>(words: z.ZodType<A, string>): z.ZodType<A & { hosts: string[] | undefined }, string> {
  return z.string().transform((typed, context) => {
    const text = typed.trim();
    const { before = text, names = "", after = "" } = TYPED.exec(text)?.groups ?? {};
    const hosts = names.split(/[\s,]+/).filter((name) => name !== "");
    const problem = problemWith(text, hosts);
    const rest = words.safeParse(`${before}${after}`);
    if (problem !== null || !rest.success) {
      context.addIssue({ code: "custom", message: problem ?? rest.error?.issues[0]?.message ?? "" });
      return z.NEVER;
    }
    return { ...rest.data, hosts: hosts.length > 0 ? hosts : undefined };
  });
}

function problemWith(text: string, hosts: string[]): string | null {
  if (hosts.length === 0 && WITHOUT_NAMES.test(` ${text}`.replace(/^ \S+$/, ""))) {
    return "It needs to know which hosts: their names with commas, or ranges such as web-[01..03].";
  }
  const strange = hosts.find((name) => !/^[\w.[\]-]+$/.test(name));
  if (strange !== undefined)
    return `Behind hosts there are names with commas, and ranges such as web-[01..03]: "${strange.slice(0, 40)}" is neither.`;
  if (hosts.length <= MOST_NAMES && hosts.join().length <= MOST_CHARACTERS) return null;
  return `These are too many hosts to be named one by one: at most ${MOST_NAMES} names of ${MOST_CHARACTERS} characters together. Write ranges such as web-[01..20].`;
}
