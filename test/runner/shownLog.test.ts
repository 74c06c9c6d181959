// What is remembered of a deploy's message: whether what stands there is what should.

import { expect } from "chai";
import { ShownLog } from "../../src/runner/shownLog.ts";
import { rootMessage } from "../../src/views/root.ts";
import { factsUntil, folded } from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";

describe("a deploy's message whose first try was answered by nobody", () => {
  const begun = rootMessage(folded(factsUntil("preparing")));
  const over = rootMessage(folded(factsUntil("ended")));

  it("is found and not posted twice, and does not count as saying what has become so meanwhile", async () => {
    const { parts, thread } = memoryParts();
    const shown = await ShownLog.open(parts, "k3v9x2");
    thread.failing = "lost";
    expect(await shown.postRoot("#deploys", begun)).to.include({ ok: false });
    thread.failing = null;
    expect(await shown.postRoot("#deploys", over)).to.include({ ok: true });
    expect(thread.posted).to.have.length(1);
    expect(shown.rootText).to.equal(null);
    await shown.updateRoot(shown.state.root ?? expect.fail("it is there"), over);
    expect(thread.posted[0]?.words).to.match(/: deployed\./);
  });
});
