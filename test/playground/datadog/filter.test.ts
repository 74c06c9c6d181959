// What stands between the braces of a query to the Datadog stand-in.

import { expect } from "chai";
import { readFilter } from "../../../playground/datadog/filter.ts";
import { Refused } from "../../../playground/datadog/refused.ts";

describe("A filter of the Datadog stand-in", () => {
  const web1 = new Set(["host:web-1", "env:production", "version:12"]);

  const matching = [
    "*",
    "host:web-1",
    "HOST:Web-1",
    "host:web-1,env:production",
    "host:web-1 AND env:production",
    "host:web-2 OR host:web-1",
    "host:web-*",
    "host IN (web-2, web-1)",
    "host NOT IN (web-2,web-3)",
    "NOT host:web-2",
    "!host:web-2,env:production",
    "env:production AND (host:web-2 OR version:1*)",
    "env:production AND NOT (host:web-2 OR version:2*)",
    "host:web-2,env:none OR version:12",
  ];
  for (const filter of matching) {
    it(`takes a stream in with {${filter}}`, () => {
      expect(readFilter(filter)(web1)).to.equal(true);
    });
  }

  const others = [
    "host:web",
    "host:web-1,host:web-2",
    "NOT env:production",
    "host IN (web-2)",
    "host NOT IN (web-1)",
    "version:2*",
  ];
  for (const filter of others) {
    it(`leaves it out with {${filter}}`, () => {
      expect(readFilter(filter)(web1)).to.equal(false);
    });
  }

  for (const filter of [
    "",
    "host:a OR",
    "(host:a",
    "host:a)",
    "host IN",
    "host IN ()",
    "AND",
    "host:a host:b",
    "$host",
    "NOT",
  ]) {
    it(`is refused as {${filter}}`, () => {
      expect(() => readFilter(filter)).to.throw(Refused, "unable to parse");
    });
  }
});
