// Locks and who may freeze, as they are when nothing is said about them.

import { expect } from "chai";
import { HOUR, MINUTE } from "../support/build.ts";
import { configured } from "./example.ts";

describe("locks that nobody has configured", () => {
  it("last an hour, at most eight, are warned of ten minutes before, and a turn is kept for five", () => {
    const { locks } = configured(({ all }) => delete all.locks);
    expect(locks).to.deep.equal({ for: HOUR, longest: 8 * HOUR, warn: 10 * MINUTE, accept: 5 * MINUTE });
  });

  it("are what the example says, key by key", () => {
    expect(configured().locks).to.deep.equal(configured(({ all }) => delete all.locks).locks);
  });
});

describe("who may freeze deploys", () => {
  it("is nobody where it is left out, and whoever is listed where it is not", () => {
    const { environments } = configured();
    expect(environments.staging?.who.freeze).to.equal(undefined);
    expect(environments.production?.who.freeze).to.deep.equal(["S0ENGINEERS"]);
  });
});
