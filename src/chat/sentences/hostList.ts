// Many hosts in few words: names that count up are folded, `web-01 … web-20`. Knows no state of any host.

import { count, names } from "./amounts.ts";

/** Fewer than so many on end are written out. */
const FOLDED_FROM = 3;

/** `web-01 … web-20, web-31 and db-1`; at most so many entries, then how many more. With many hosts also their number. */
export function hostList(hosts: readonly string[], atMost = 6): string {
  const entries = folded(hosts);
  const list = names(
    entries.map(({ text }) => text),
    atMost,
  );
  const left = entries.length > atMost + 1;
  return entries.length < hosts.length || left
    ? `${left ? short(entries, atMost) : list} (${count(hosts.length, "host")})`
    : list;
}

interface Entry {
  text: string;
  hosts: number;
}

/** What is left out is counted in hosts, not in entries. */
function short(entries: Entry[], atMost: number): string {
  const more = entries.slice(atMost).reduce((sum, { hosts }) => sum + hosts, 0);
  return `${entries
    .slice(0, atMost)
    .map(({ text }) => text)
    .join(", ")} and ${more} more`;
}

function folded(hosts: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  for (let i = 0; i < hosts.length; ) {
    let end = i;
    while (end + 1 < hosts.length && follows(hosts[end] ?? "", hosts[end + 1] ?? "")) end++;
    const length = end - i + 1;
    if (length >= FOLDED_FROM) entries.push({ text: `${hosts[i]} … ${hosts[end]}`, hosts: length });
    else for (const host of hosts.slice(i, end + 1)) entries.push({ text: host, hosts: 1 });
    i = end + 1;
  }
  return entries;
}

/** The same name with the next number in one place, written with as many digits. */
function follows(one: string, next: string): boolean {
  const [a, b] = [one.split(/(\d+)/), next.split(/(\d+)/)];
  const different = a.flatMap((part, i) => (part === b[i] ? [] : [i]));
  const [at] = different;
  if (a.length !== b.length || at === undefined || different.length > 1 || at % 2 === 0) return false;
  const [from = "", to = ""] = [a[at], b[at]];
  const samePadding = from.length === to.length || (!from.startsWith("0") && !to.startsWith("0"));
  return samePadding && Number(to) === Number(from) + 1;
}
