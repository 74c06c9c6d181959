// Every value is a value for every fleet: nothing that a name or a text holds is ever run, and nothing climbs out of its place.

import { expect } from "chai";
import type { Site } from "../../src/deploy/order.ts";
import { expectOk, expectTrouble, never, type Play } from "./fleet-stage.ts";

/** To be called inside the contract's `describe`. */
export function describeValues(on: Play): void {
  it("keeps an answer's output short however much is printed", async () => {
    const restart = "echo first; yes 'a line of many' | head -n 200000; echo last";
    const { output } = expectOk(await on.rollOut("r1", { restart }));
    expect(output).to.have.length.of.at.most(2_000);
    expect(output.startsWith("first\n") && output.endsWith("last\n")).to.equal(true);
  });

  it("treats every value as a value, whatever it holds", async () => {
    const nasty = `it's "q" $(touch pwned) \`touch pwned\` ; touch pwned & \\ \n* é`;
    const oneLine = `r $(touch pwned) 'x' "y" ; & * \\ é`;
    const path = `${on.at.path} ${nasty}`;
    const restart = 'printf %s "$NASTY" >env; printf %s "$LOCKSTEP_RELEASE" >name; printf %s "$LOCKSTEP_HOST" >host';
    const host = { ...on.at.host, name: nasty };
    const strange = {
      ...on.site,
      path,
      shared: [nasty, `a dir/${nasty}`],
      restart,
      health: null,
      environment: { NASTY: nasty, path: "x" },
    };
    for (const release of [oneLine, "-rf", `${oneLine}2`]) {
      expectOk(await on.at.fleet.rollOut(host, { site: strange, release, archive: on.archive, token: 1 }, never));
      expect(await on.at.read(`${path}/current/env`)).to.equal(nasty);
      expect(await on.at.read(`${path}/current/name`)).to.equal(release);
      expect(await on.at.read(`${path}/current/host`)).to.equal(nasty);
      expect(await on.at.link(`${path}/current/a dir/${nasty}`)).to.equal(on.seen(`${path}/shared/a dir/${nasty}`));
      expect(await on.at.read(`${path}/current/pwned`)).to.equal(null);
    }
    expectOk(await on.at.fleet.rollBack(host, { site: strange, to: oneLine, token: 1 }, never));
    const found = await on.at.fleet.inspect(host, strange, never);
    expect(found).to.deep.include({ current: oneLine, healthy: oneLine, releases: [oneLine, "-rf", `${oneLine}2`] });
  });

  for (const [what, change] of Object.entries<Partial<Site>>({
    "a path that is not absolute": { path: "var/www" },
    "a path that climbs": { path: "/var/../etc" },
    "a shared path that climbs": { shared: ["../../etc"] },
    "an absolute shared path": { shared: ["/etc"] },
    "a variable's name that is none": { environment: { "A B": "1" } },
    "a value with a NUL": { environment: { A: "a\0b" } },
  })) {
    it(`refuses ${what} before the host hears of it`, async () => {
      expect(expectTrouble(await on.rollOut("r1", change))).to.include({ trouble: "scriptFailed", touched: "no" });
    });
  }

  for (const release of ["", ".", "..", ".hidden", "a/b", "../x", "a\nb"]) {
    it(`refuses ${JSON.stringify(release)} as the name of a release`, async () => {
      expect(expectTrouble(await on.rollOut(release))).to.include({ trouble: "scriptFailed", touched: "no" });
      expect(expectTrouble(await on.rollBack(release))).to.include({ trouble: "scriptFailed", touched: "no" });
    });
  }
}
