// This process is busy with something else while a host answers: all of the answer then comes at once, its end together with its beginning.

import { expect } from "chai";
import { never, tracedSite } from "../../contracts/fleet.ts";
import { sshStages } from "../../support/ssh-stage.ts";

describe("a host whose program is over before anybody listens", () => {
  const stages = sshStages({ settings: ["ForceCommand echo closed for today >&2; exit 3"] });
  before(() => stages.start());
  after(() => stages.stop());

  for (const turns of [0, 1, 2, 3, 4, 5, 6]) {
    it(`is heard to its end all the same (${turns} turns after it was asked)`, async () => {
      const { fleet, host, path } = await stages.stage();
      const inspect = () => fleet.inspect(host, tracedSite(path), never);
      await inspect(); // the connection is open from here on
      const answer = inspect();
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
      beBusyFor(300);
      expect(await answer).to.deep.include({ ok: false, trouble: "scriptFailed", detail: "closed for today" });
      await fleet.close();
    });
  }
});

function beBusyFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
