// What doctor sees of Datadog's keys: the API key by itself, and each permission of the application key by a real question.

import { expect } from "chai";
import { type DatadogStandIn, startDatadog } from "../../../playground/datadog/server.ts";
import { datadogExams } from "../../../src/adapters/datadog/examine.ts";
import type { DatadogQuestion } from "../../../src/ports/examination.ts";
import { unhurried } from "./bench.ts";

const QUESTIONS: DatadogQuestion[] = ["validate", "metrics", "monitors", "events"];

describe("Datadog's keys that doctor looks at", () => {
  let datadog: DatadogStandIn;
  before(async () => {
    datadog = await startDatadog({ evaluateMs: 0, flushMs: 0, monitors: [{ id: 1, name: "jobs" }] });
  });
  after(() => datadog.close());
  afterEach(() => datadog.clearFaults());

  async function tried(keys: { apiKey?: string; appKey?: string } = {}): Promise<string[]> {
    const { apiKey, appKey, url: baseUrl } = datadog;
    const exams = datadogExams({ apiKey, appKey, baseUrl, timeoutMs: 5_000, ...keys });
    const answers = await Promise.all(QUESTIONS.map((question) => exams.try(question, unhurried)));
    return answers.map((answer) => (answer.ok ? "ok" : answer.trouble));
  }

  it("are both good", async () => {
    expect(await tried()).to.deep.equal(["ok", "ok", "ok", "ok"]);
  });

  it("are told apart: a wrong application key leaves the API key valid", async () => {
    expect(await tried({ appKey: "another" })).to.deep.equal(["ok", ...Array(3).fill("keysRefused")]);
    expect(await tried({ apiKey: "another" })).to.deep.equal(Array(4).fill("keysRefused"));
  });

  it("may lack a single permission", async () => {
    datadog.fault("eventsSearch", { kind: "forbidden" });
    expect(await tried()).to.deep.equal(["ok", "ok", "ok", "keysRefused"]);
  });

  it("are not well because a proxy says 200", async () => {
    datadog.fault("any", { kind: "answer", status: 200, body: { hello: "world" } });
    expect(await tried()).to.deep.equal(Array(4).fill("garbled"));
  });
});
