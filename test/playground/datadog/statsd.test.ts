// The agent's part of the Datadog stand-in: packets in, measurements out.

import { createSocket, type Socket } from "node:dgram";
import { expect } from "chai";
import { type DatadogStandIn, startDatadog } from "../../../playground/datadog/server.ts";
import { adder, readSample } from "../../../playground/datadog/statsd.ts";
import { tell, timeseries } from "./asking.ts";

function summed(...lines: string[]): Record<string, number> {
  const collected = adder();
  for (const line of lines) collected.add(readSample(line) ?? expect.fail(`not understood: ${line}`));
  return Object.fromEntries(collected.flush().map(({ metric, tags, value }) => [[metric, ...tags].join(" "), value]));
}

describe("DogStatsD at the stand-in", () => {
  it("adds counts up, with their sample rate", () => {
    expect(summed("jobs:1|c", "jobs:2|c|@0.5", "jobs:1:1|c")).to.deep.equal({ jobs: 7 });
  });

  it("keeps a count apart by its tags, in whatever order they come", () => {
    const sums = summed("jobs:1|c|#host:a,env:b", "jobs:1|c|#env:b,host:a", "jobs:1|c|#host:c");
    expect(sums).to.deep.equal({ "jobs env:b host:a": 2, "jobs host:c": 1 });
  });

  it("keeps the last value of a gauge", () => {
    expect(summed("memory:5|g", "memory:3.5|g")).to.deep.equal({ memory: 3.5 });
  });

  it("makes five metrics of a histogram", () => {
    const values = Array.from({ length: 20 }, (_, index) => `latency:${index + 1}|h|@0.5`);
    expect(summed(...values)).to.deep.equal({
      "latency.avg": 10.5,
      "latency.median": 10,
      "latency.max": 20,
      "latency.95percentile": 19,
      "latency.count": 40,
    });
  });

  it("takes timings for histograms", () => {
    expect(summed("latency:7|ms")).to.include({ "latency.max": 7 });
  });

  it("starts anew after each flush", () => {
    const collected = adder();
    collected.add(readSample("jobs:1|c") ?? expect.fail("not understood"));
    collected.flush();
    expect(collected.flush()).to.deep.equal([]);
  });

  for (const line of [
    "",
    "jobs",
    "jobs:|c",
    "jobs:x|c",
    "jobs:1|s",
    "jobs:1",
    "9:1|c",
    "jobs:1|c|@0",
    "jobs:1|c|@2",
    "_e{1,1}:a|b",
  ]) {
    it(`passes over "${line}"`, () => {
      expect(readSample(line)).to.equal(null);
    });
  }
});

describe("Measurements over UDP", () => {
  let datadog: DatadogStandIn;
  let socket: Socket;

  before(async () => {
    datadog = await startDatadog({ flushMs: 20, evaluateMs: 0 });
    socket = createSocket("udp4");
  });

  after(async () => {
    socket.close();
    await datadog.close();
  });

  it("can be asked for soon afterwards, several lines in a packet", async () => {
    const from = Date.now() - 1000;
    socket.send(
      "jobs:2|c|#Host:A\nnonsense\njobs:3|c|#host:a\nlatency:5|h",
      datadog.statsd.port,
      datadog.statsd.address,
    );
    const query = timeseries(["sum:jobs{host:a}.as_count()", "max:latency.max{*}"], {
      from,
      to: from + 60_000,
      interval: 60_000,
    });
    let values: unknown[] = [];
    while (values.length === 0)
      values = (await tell(datadog, "/api/v2/query/timeseries", query)).body.data.attributes.values;
    expect(values.flat().filter((value) => value !== null)).to.deep.equal([5, 5]);
  });
});
