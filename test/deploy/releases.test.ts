// Names of releases tell when they were made.

import { expect } from "chai";
import { madeAt, releaseName } from "../../src/deploy/releases.ts";
import { NEW, NOON, OLD } from "../support/build.ts";

describe("the age of a release", () => {
  it("is in its name, with a short SHA or a whole one", () => {
    expect(madeAt(releaseName(NOON, NEW.commit.sha))).to.equal(NOON);
    expect(madeAt(releaseName(NOON, OLD.commit.sha, "commands"))).to.equal(NOON);
  });

  it("is not known of names that something else has made", () => {
    for (const name of ["current", "v1.2.3", "2026-11-20", ""]) expect(madeAt(name), name).to.equal(null);
  });
});
