// The fourteen lock tests: each one is a way in which a lock for deploys is known to have failed somewhere. What runs where:
//
//   1  two hundred at once            the runner, both stores (from processes of their own: contention.test.ts)
//   2  two deploys of one person      the runner, both stores
//   3  a lock that has run out        the runner, both stores
//   4  a lease that is not renewed    the runner, both stores
//   5  an old fencing token           leases of both stores, a real sshd
//   6  a bot that is ended            the whole bot, both stores: ../stories/fourteen.test.ts (killed at every edge: ../stories/restart.test.ts)
//   7  a freeze at the last moment    the runner, both stores
//   8  what changes while in line     the runner, both stores
//   9  a lock that has changed        the runner, both stores
//  10  taking over                    the runner, both stores
//  11  words in a reason              the runner, both stores
//  12  which hosts                    the runner, both stores
//  13  Redis is away                  the whole bot, Redis: ../stories/fourteen.test.ts (the embedded store is never away)
//  14  delivered twice, or late       the whole bot, both stores: ../stories/fourteen.test.ts

import { bothStores } from "../support/stores.ts";
import { describeLapsed, describeMany, describeTwice } from "./fourteen-acquiring.ts";
import { describeFencing, describeRenewal } from "./fourteen-leases.ts";
import { FourteenStage } from "./fourteen-stage.ts";
import { describeAtLastMoment, describeInLine } from "./fourteen-starting.ts";
import { describeChanged, describeTakeOver } from "./fourteen-taking.ts";
import { describeHostFilter, describeReasons } from "./fourteen-words.ts";

for (const store of bothStores()) {
  describe(`The fourteen lock tests, on ${store.name}`, () => {
    const on = new FourteenStage(store);
    before(() => store.start());
    after(() => store.stop());
    beforeEach(() => on.begin());
    afterEach(() => on.end());

    describeMany(on);
    describeTwice(on);
    describeLapsed(on);
    describeRenewal(on);
    describeFencing(on);
    describeAtLastMoment(on);
    describeInLine(on);
    describeChanged(on);
    describeTakeOver(on);
    describeReasons(on);
    describeHostFilter(on);
  });
}
