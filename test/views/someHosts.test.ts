// The message of a deploy to some hosts only: it is never said to be about all of them.

import { expect } from "chai";
import { plain } from "../../src/chat/text.ts";
import type { Message } from "../../src/views/message.ts";
import { rootMessage } from "../../src/views/root.ts";
import { anOrder, factsUntil, folded, hostsNamed } from "../support/build.ts";

const fact = ({ parts }: Message, label: string) =>
  plain(
    parts.flatMap((part) => (part.part === "facts" ? part.facts : [])).find((one) => one.label === label)?.value ?? [],
  );
const heading = ({ parts }: Message) => parts.flatMap((part) => (part.part === "heading" ? [part.text] : []))[0];
const words = (message: Message) =>
  message.parts.flatMap((part) => (part.part === "text" ? [plain(part.text)] : [])).join("\n");

describe("the message of a deploy to some hosts only", () => {
  const some = anOrder({ partial: true, outOf: 20 });

  it("says on how many of how many, and on which", () => {
    const message = rootMessage(folded(factsUntil("promoting", some)));
    expect(fact(message, "Only")).to.equal("on 5 of 20 hosts: web-01 … web-05 (5 hosts)");
    expect(plain(message.summary)).to.include("to production on 5 of 20 hosts: web-01 … web-05 (5 hosts), by ");
    expect(plain(message.summary)).not.to.include("whole fleet");
  });

  it("never speaks of the fleet", () => {
    const message = rootMessage(folded(factsUntil("promoting", some)));
    expect(words(message)).to.match(/^The other chosen hosts get the new release\./);
    expect(heading(message)).to.match(/: going out to the chosen hosts$/);
    expect(fact(message, "Other chosen hosts")).to.include("0 of 3 hosts on the new release");
    expect(`${words(message)} ${plain(message.summary)}`).not.to.match(/the fleet/);
    const ended = rootMessage(folded(factsUntil("ended", some)));
    expect(words(ended)).to.match(/^All 5 chosen hosts run /);
  });

  it("names the host when it is only one", () => {
    const one = anOrder({ partial: true, outOf: 20, canary: hostsNamed("web-01"), batches: [] });
    expect(words(rootMessage(folded(factsUntil("ended", one))))).to.match(/^web-01 runs 2026/);
  });

  it("offers to put the same hosts back when it is over", () => {
    const { parts } = rootMessage(folded(factsUntil("ended", some)));
    const texts = parts
      .flatMap((part) => (part.part === "buttons" ? part.buttons : []))
      .map((one) => one.confirm?.text);
    expect(texts).to.deep.equal(["The hosts that this deploy was on go back to what the others in production run."]);
  });
});
