// Which hosts a list means: ranges, long forms, and the formats that files and inventory commands may have.

import { expect } from "chai";
import { listedHosts } from "../../src/config/hostEntries.ts";
import { readHostList } from "../../src/config/hostLists.ts";
import { chosenOf } from "../../src/config/hosts.ts";
import { expandRanges } from "../../src/config/ranges.ts";

const PADDED = ["web-08.example.com", "web-09.example.com", "web-10.example.com"];

describe("a range in a name", () => {
  const table: [written: string, names: string[] | null][] = [
    ["web-01.example.com", ["web-01.example.com"]],
    ["web-[08..10].example.com", PADDED],
    ["web-[8..10]", ["web-8", "web-9", "web-10"]],
    ["web-[001..2]", ["web-001", "web-002"]],
    ["dc[1..2]-web-[0..1]", ["dc1-web-0", "dc1-web-1", "dc2-web-0", "dc2-web-1"]],
    ["[1..2].web", ["1.web", "2.web"]],
    ["web-[3..3]", ["web-3"]],
    ["web-[3..1]", null],
    ["web-[a..f]", null],
    ["web-[1-3]", null],
    ["web-[1..3", null],
    ["web-1..3]", null],
    ["web-[[1..3]]", null],
    ["web-[0..9999]", Array.from({ length: 10_000 }, (_, i) => `web-${i}`)],
    ["web-[0..10000]", null],
    ["web-[0..999]-[0..999]", null],
    ["web-[1..999999999]", null],
  ];
  for (const [written, names] of table) {
    it(`${written} means ${names === null ? "nothing" : names.slice(0, 4).join(", ")}`, () =>
      expect(expandRanges(written)).to.deep.equal(names));
  }
});

describe("a list of hosts", () => {
  const LISTED = [
    { name: "web-1" },
    { name: "db-1", address: "10.0.0.11", port: 2222, user: "ops", gateway: "bastion" },
    { name: "db-2", address: "10.0.0.12", port: 2222, user: "ops", gateway: "bastion" },
  ];
  const formats: [title: string, text: string][] = [
    [
      "as plain lines",
      "# of the cloud\n\nweb-1   # the first\r\n  db-[1..2] address=10.0.0.[11..12] port=2222\tuser=ops gateway=bastion",
    ],
    [
      "as YAML",
      "---\n- web-1\n- name: db-[1..2]\n  address: 10.0.0.[11..12]\n  port: 2222\n  user: ops\n  gateway: bastion\n",
    ],
    [
      "as YAML in one line",
      '# hosts\n["web-1", { name: "db-[1..2]", address: "10.0.0.[11..12]", port: 2222, user: ops, gateway: bastion }]',
    ],
    [
      "as JSON",
      JSON.stringify(
        ["web-1", { name: "db-[1..2]", address: "10.0.0.[11..12]", port: 2222, user: "ops", gateway: "bastion" }],
        null,
        2,
      ),
    ],
  ];
  for (const [title, text] of formats) {
    it(title, () => {
      const read = readHostList(text);
      if (!read.ok) throw new Error(JSON.stringify(read.mistakes));
      expect(JSON.parse(JSON.stringify(listedHosts(read.entries)))).to.deep.equal(LISTED);
    });
  }

  it("may begin with a range, and is nothing when nothing is in it", () => {
    const read = readHostList("[1..2].web");
    expect(read.ok && listedHosts(read.entries).map(({ name }) => name)).to.deep.equal(["1.web", "2.web"]);
    for (const text of ["", "\n  \n# nobody\n", "[]", "---\n", "- \n".slice(0, 0)]) {
      expect(readHostList(text), JSON.stringify(text)).to.deep.equal({ ok: true, entries: [] });
    }
  });

  it("keeps the brackets of an IPv6 address", () => {
    const read = readHostList("web-1 address=[2001:db8::1]");
    expect(read.ok && listedHosts(read.entries)[0]?.address).to.equal("[2001:db8::1]");
  });

  const wrong: [title: string, text: string, told: string | RegExp][] = [
    ["a key that nobody knows", "a\nb prot=22", "line 2, prot: is not a key that is known here"],
    ["a word that is no pair", "web-1 primary", "line 1, primary: is not a key that is known here"],
    ["a port that is none", "web-1 port=ssh", 'line 1, port: found "ssh", expected a number'],
    ["a user in the name", "deploy@web-1", 'line 1: found "deploy@web-1", expected a host name, without user or port'],
    [
      "a range that runs backwards",
      '["web-[3..1]"]',
      '[0]: found "web-[3..1]", expected ranges such as web-[01..20], from the smaller to the larger number, and at most 10000 hosts',
    ],
    [
      "ranges that are not in step",
      "web-[1..3] address=10.0.0.[1..2]",
      /^line 1: found .*, expected as many addresses as names, or one address for all of them$/,
    ],
    ["something else than a list", '{"hosts": ["web-1"]}', /^the list: found .*, expected a list$/],
    ["broken YAML", "- a\n- [b", /^the list: is not readable as YAML: /],
    ["an anchor that leads nowhere", "- *nothing", /^the list: is not readable as YAML: /],
    ["a page of a web server", "<html><body>502 Bad Gateway</body></html>", /^line 1/],
  ];
  for (const [title, text, told] of wrong) {
    it(`is none with ${title}`, () => {
      const read = readHostList(text);
      const [first = "", ...more] = read.ok ? [] : read.mistakes.map(({ path, problem }) => `${path}: ${problem}`);
      if (typeof told === "string") expect([first, ...more]).to.deep.equal([told]);
      else expect(first).to.match(told);
    });
  }

  it("of ten thousand hosts is JSON or plain lines, and too long for YAML", () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `web-${i}.some-region.example.com`);
    for (const text of [JSON.stringify(names), names.join("\n")]) {
      const read = readHostList(text);
      expect(read.ok && read.entries.length).to.equal(10_000);
    }
    const read = readHostList(names.map((name) => `- ${name}`).join("\n"));
    expect(!read.ok && read.mistakes.map(({ problem }) => problem)).to.deep.equal([
      "is too long for YAML (more than 262144 characters): give it as JSON, or as plain lines",
    ]);
  });

  it("of many lines tells of every line that is wrong", () => {
    const read = readHostList("a b\nc\nd e\n");
    expect(!read.ok && read.mistakes.map(({ path }) => path)).to.deep.equal(["line 1, b", "line 3, e"]);
  });
});

describe("hosts that somebody types", () => {
  const chosen = (typed: string[], names: string[]) => {
    const found = chosenOf(typed, names);
    return found.ok ? found.names : found.unknown;
  };

  it("are whole names, before what begins so, in capitals or not, and beginnings that only one name has", () => {
    const names = ["web", "web.a.example.com", "web.b.example.com", "db.example.com"];
    expect(chosen(["WEB"], names)).to.deep.equal(["web"]);
    expect(chosen(["web.b", "DB", "db.example"], names)).to.deep.equal(["web.b.example.com", "db.example.com"]);
    expect(chosen(["web"], names.slice(1))).to.deep.equal(["web"]);
  });

  it("may be ranges that mean far more than there is, and are refused at once", () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `web-${i}.example.com`);
    const begun = Date.now();
    const ranges = Array.from({ length: 20 }, (_, i) => `x${i}-[1..10000]`);
    expect(chosen(ranges, names)).to.have.length(200_000);
    expect(Date.now() - begun).to.be.lessThan(3_000);
  });
});
