// The part of a query between the braces: which tags a stream must carry. Knows no metric and no time.

import { Refused } from "./refused.ts";

export type Filter = (tags: ReadonlySet<string>) => boolean;

/** Reads `env:prod,host IN (a, b) AND NOT (version:1* OR canary:true)`. A comma is an AND. Throws Refused for what it cannot read. */
export function readFilter(text: string): Filter {
  const words = text.match(/[(),]|[^\s(),]+/g) ?? [];
  let position = 0;

  const next = () => words[position]?.toUpperCase();
  const take = (word: string) => next() === word && ++position > 0;
  const refuse = () => new Refused(400, `Error parsing query: unable to parse scope "${text}" at word ${position + 1}`);
  const expect = (word: string) => {
    if (!take(word)) throw refuse();
  };

  function either(): Filter {
    const sides = [both()];
    while (take("OR")) sides.push(both());
    return (tags) => sides.some((side) => side(tags));
  }

  function both(): Filter {
    const sides = [negated()];
    while (take("AND") || take(",")) sides.push(negated());
    return (tags) => sides.every((side) => side(tags));
  }

  function negated(): Filter {
    if (!take("NOT")) return one();
    const inner = negated();
    return (tags) => !inner(tags);
  }

  function one(): Filter {
    if (take("(")) {
      const inner = either();
      expect(")");
      return inner;
    }
    const tag = word();
    if (take("IN")) return oneOf(tag);
    if (next() === "NOT" && words[position + 1]?.toUpperCase() === "IN") {
      position += 2;
      const inner = oneOf(tag);
      return (tags) => !inner(tags);
    }
    if (tag.startsWith("!") && tag.length > 1) {
      const inner = carries(tag.slice(1));
      return (tags) => !inner(tags);
    }
    return carries(tag);
  }

  function oneOf(key: string): Filter {
    expect("(");
    const sides: Filter[] = [];
    do sides.push(carries(`${key}:${word()}`));
    while (take(","));
    expect(")");
    return (tags) => sides.some((side) => side(tags));
  }

  function word(): string {
    const found = words[position];
    if (found === undefined || /^([(),]|AND|OR|NOT|IN)$/i.test(found) || found.includes("$")) throw refuse();
    position += 1;
    return found.toLowerCase();
  }

  const filter = either();
  if (position < words.length) throw refuse();
  return filter;
}

function carries(tag: string): Filter {
  if (tag === "*") return () => true;
  if (!tag.includes("*")) return (tags) => tags.has(tag);
  const pattern = new RegExp(`^${tag.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
  return (tags) => [...tags].some((candidate) => pattern.test(candidate));
}
