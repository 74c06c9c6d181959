// The pages of the Datadog stand-in that the bot's links lead to.

import { expect } from "chai";
import { type DatadogStandIn, startDatadog } from "../../../playground/datadog/server.ts";
import { handClock, tell } from "./asking.ts";

const now = Date.parse("2025-06-01T12:00:00Z");

describe("A dashboard link of the playground", () => {
  let datadog: DatadogStandIn;

  before(async () => {
    datadog = await startDatadog({
      clock: handClock(now),
      evaluateMs: 0,
      flushMs: 0,
      monitors: [{ id: 7, name: "jobs <stopped>" }],
      dashboards: [
        {
          id: "as-you-deploy",
          title: "As you deploy",
          variables: { environment: "env" },
          graphs: [{ title: "Jobs", query: "sum:jobs{$service,$environment} by {host}.as_count()" }],
        },
      ],
    });
    for (const host of ["web-1", "web-2"]) {
      for (const at of [50_000, 49_000, 20_000]) {
        datadog.submit("jobs", now - at, 4, ["service:web", "env:production", `host:${host}`]);
      }
    }
    datadog.submit("jobs", now - 10_000, 4, ["service:api", "env:production", "host:api-1"]);
    for (const service of ["web", "api"]) {
      const marker = {
        title: `${service} <is> deployed`,
        text: "",
        tags: [`service:${service}`],
        date_happened: now / 1000 - 30,
      };
      await tell(datadog, "/api/v1/events", marker);
    }
  });

  after(() => datadog.close());

  const open = async (query: string, id = "as-you-deploy") =>
    (await tell(datadog, `/dashboard/${id}?${query}`, undefined, false)).body;
  const pinned = `from_ts=${now - 60_000}&to_ts=${now}&live=false&tpl_var_service=web&tpl_var_environment=production`;

  it("draws a line for each host of the chosen service and environment", async () => {
    const page = await open(pinned);
    expect(page).to.include("sum:jobs{service:web,env:production} by {host}.as_count()");
    expect(page.match(/>host:[\w-]+</g)).to.deep.equal([">host:web-1<", ">host:web-2<"]);
  });

  it("breaks a line where nothing was measured", async () => {
    const [path = ""] = (await open(pinned)).match(/<path d="[^"]*" fill="none"/) ?? [];
    expect(path.match(/M/g)).to.have.length(2);
    expect(path.match(/L/g)).to.have.length(1);
  });

  it("marks when the chosen service was deployed, and no other", async () => {
    const page = await open(pinned);
    expect(page.match(/<g class="marker"><title>[^<]*/g)).to.deep.equal([
      '<g class="marker"><title>web &#60;is&#62; deployed',
    ]);
  });

  it("shows everything when nothing is chosen, and several values when several are", async () => {
    expect(await open(""))
      .to.include("sum:jobs{*,*} by {host}")
      .and.to.include("host:api-1");
    const several = "tpl_var_service%5B0%5D=web&tpl_var_service%5B1%5D=api";
    expect(await open(several))
      .to.include("service IN (web,api)")
      .and.to.include("host:api-1");
  });

  it("reloads itself only while it is live", async () => {
    expect(await open(pinned)).to.not.include('http-equiv="refresh"');
    expect(await open(`from_ts=${now - 60_000}&live=true`)).to.include('http-equiv="refresh"');
  });

  it("leads to every metric there is when nobody has configured that dashboard", async () => {
    expect(await open("", "another"))
      .to.include("<h2>jobs</h2>")
      .and.to.include("<svg");
  });

  it("is refused with times that make no sense", async () => {
    expect((await tell(datadog, "/dashboard/as-you-deploy?from_ts=soon&to_ts=1")).status).to.equal(400);
  });

  it("lets a monitor's page tell what happened, names as text", async () => {
    datadog.monitor(7).alert("host:web-1");
    datadog.monitor(7).resolve("host:web-1");
    const page = (await tell(datadog, "/monitors/7", undefined, false)).body;
    expect(page)
      .to.include("jobs &lt;stopped&gt;")
      .and.to.include("Triggered on {host:web-1}")
      .and.to.include("12:00:00 UTC");
  });

  it("is listed on the first page", async () => {
    const page = (await tell(datadog, "/", undefined, false)).body;
    expect(page).to.include('href="/dashboard/as-you-deploy"').and.to.include('href="/monitors/7"');
  });
});
