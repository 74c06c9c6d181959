// That whoever reads of a host in a thread finds it in the runbook, and a section behind every link there.

import { expect } from "chai";
import { hostIs } from "../../src/chat/sentences/hosts.ts";
import { readRunbooks } from "../../src/config/runbooks.ts";
import { hostTrouble } from "../../src/deploy/facts.ts";

const runbook = readRunbooks("runbooks").get("hosts.md");

describe("the runbook of hosts", () => {
  for (const trouble of hostTrouble.options) {
    it(`has a line for a host that ${hostIs(trouble)}`, () => {
      expect(runbook?.text).to.include(hostIs(trouble));
    });
  }

  it("has a section behind each of its links", () => {
    const links = [...(runbook?.text ?? "").matchAll(/\]\(#([^)]+)\)/g)].map(([, section]) => section);
    expect(links).to.have.length.above(10);
    expect(runbook?.sections).to.include.members(links);
  });
});
