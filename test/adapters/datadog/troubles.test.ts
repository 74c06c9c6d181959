// Everything that can go wrong between the bot and Datadog, and what the bot is told of it.

import { createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import type { FromMetrics } from "../../../src/ports/metrics.ts";
import { type Bench, startBench, unhurried } from "./bench.ts";
import { troubles } from "./troubles.ts";

describe("Datadog in trouble", () => {
  let bench: Bench;

  before(async () => {
    bench = await startBench({ monitors: [{ id: 1, name: "jobs", tags: ["service:web"] }] });
  });

  afterEach(() => bench.datadog.clearFaults());

  after(() => bench.datadog.close());

  const now = Date.now();
  const calls: [string, (metrics: Bench["metrics"], signal?: AbortSignal) => Promise<FromMetrics<unknown>>][] = [
    [
      "a question",
      (metrics, signal = unhurried) =>
        metrics.ask([{ id: "x", query: "sum:jobs{*}" }], { from: now - 60_000, to: now }, 10_000, signal),
    ],
    ["a monitor", (metrics, signal = unhurried) => metrics.monitors({ ids: [1] }, signal)],
    ["a list of monitors", (metrics, signal = unhurried) => metrics.monitors({ tags: ["service:web"] }, signal)],
    [
      "a marker",
      (metrics, signal = unhurried) => metrics.mark({ title: "t", text: "", tags: [], at: now, level: "info" }, signal),
    ],
  ];

  for (const [what, fault, trouble, words] of troubles) {
    it(`calls ${what} ${trouble}, whatever was asked`, async () => {
      bench.datadog.fault("any", fault);
      for (const [name, call] of calls) {
        const answer = failure(await call(bench.as({})));
        expect(answer.trouble, name).to.equal(trouble);
        expect(answer.detail, name)
          .to.match(words)
          .and.to.match(/^.{1,300}$/);
      }
    });
  }

  it("asks only once: trying again is for whoever knows the budget", async () => {
    bench.datadog.fault("any", { kind: "serverError" });
    for (const [name, call] of calls) {
      bench.datadog.requests.length = 0;
      await call(bench.as({}));
      expect(bench.datadog.requests, name).to.have.length(1);
    }
  });

  for (const [name, call] of calls) {
    it(`ends ${name} that gets no answer, and its connection`, async () => {
      const silent = await startSilent();
      const answer = failure(await call(bench.as({ baseUrl: silent.url, timeoutMs: 60 })));
      expect(answer).to.include({ trouble: "timedOut", detail: answer.detail });
      expect(answer.detail).to.include("within 0.06 s");
      await silent.hungUp;
      await silent.close();
    });
  }

  it("ends a question whose answer starts and never finishes", async () => {
    const slow = await startSilent('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"data"');
    expect(failure(await calls[0]?.[1](bench.as({ baseUrl: slow.url, timeoutMs: 60 }))).trouble).to.equal("timedOut");
    await slow.hungUp;
    await slow.close();
  });

  it("drops the connection as soon as nobody waits any more", async () => {
    const silent = await startSilent();
    const given = new AbortController();
    const answer = calls[0]?.[1](bench.as({ baseUrl: silent.url }), given.signal);
    await silent.connected;
    given.abort();
    expect(failure(await answer).trouble).to.equal("timedOut");
    await silent.hungUp;
    await silent.close();
  });

  it("calls a closed port unreachable", async () => {
    const silent = await startSilent();
    await silent.close();
    const answer = failure(await calls[0]?.[1](bench.as({ baseUrl: silent.url })));
    expect(answer.trouble).to.equal("unreachable");
    expect(answer.detail).to.include("ECONNREFUSED");
  });

  it("calls a server that does not speak HTTP garbled, also when Slack's client has brought a fetch of its own", async () => {
    await import("undici");
    const strange = await startSilent("220 mail ready\r\n");
    expect(failure(await calls[0]?.[1](bench.as({ baseUrl: strange.url }))).trouble).to.equal("garbled");
    await strange.close();
  });

  const waits: [string, Record<string, string>, number][] = [
    ["the seconds of X-RateLimit-Reset", { "X-RateLimit-Reset": "12" }, 12_000],
    ["Retry-After where that is missing", { "Retry-After": "3" }, 3000],
    ["a second at least", { "X-RateLimit-Reset": "0" }, 1000],
    ["an hour at most", { "X-RateLimit-Reset": "99999999" }, 3_600_000],
    ["a pause of our own when the header is nonsense", { "X-RateLimit-Reset": "soon" }, 10_000],
    ["Retry-After when the other header is nonsense", { "X-RateLimit-Reset": "-1", "Retry-After": "4" }, 4000],
    ["a pause of our own without a header", {}, 10_000],
  ];
  for (const [what, headers, expected] of waits) {
    it(`says to try a rate-limited question again after ${what}`, async () => {
      bench.datadog.fault("timeseries", { kind: "answer", status: 429, body: { errors: ["slow down"] }, headers });
      expect(failure(await calls[0]?.[1](bench.as({}))).retryAfterMs).to.equal(expected);
    });
  }

  it("never repeats a key, even when the answer does", async () => {
    const keys = { apiKey: "very-secret-api-key", appKey: "very-secret-app-key" };
    const { log, told } = recordingLog();
    bench.datadog.fault("any", {
      kind: "answer",
      status: 403,
      body: { errors: [`not ${keys.apiKey} and\n${keys.appKey}`] },
    });
    const answer = failure(await calls[0]?.[1](bench.as({ ...keys, log })));
    expect(answer.detail).to.equal("HTTP 403: not [key] and [key]");
    const detail = "HTTP 403: not [key] and [key]";
    const request = "POST /api/v2/query/timeseries";
    expect(told).to.deep.equal([
      { level: "warn", message: "no answer from Datadog", request, trouble: "keysRefused", detail },
    ]);
  });

  it("tells the operator of a service that cannot be reached at debug only", async () => {
    const { log, told } = recordingLog();
    const gone = bench.as({ log, baseUrl: "http://127.0.0.1:1" });
    expect(failure(await calls[0]?.[1](gone)).trouble).to.equal("unreachable");
    expect(told).to.have.length(1);
    expect(told[0]).to.include({ level: "debug", trouble: "unreachable" });
  });

  it("refuses a key with a line break in it without sending or repeating it", async () => {
    bench.datadog.requests.length = 0;
    const answer = failure(await calls[0]?.[1](bench.as({ apiKey: "secret\nkey" })));
    expect(answer.trouble).to.equal("keysRefused");
    expect(answer.detail).to.not.include("secret");
    expect(bench.datadog.requests).to.deep.equal([]);
  });
});

function recordingLog() {
  const told: object[] = [];
  const write = (level: string) => (message: string, fields?: object) => void told.push({ level, message, ...fields });
  return { told, log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") } };
}

function failure(answer: FromMetrics<unknown> | undefined) {
  if (!answer || answer.ok) throw new Error(`an answer where a failure was expected: ${JSON.stringify(answer)}`);
  return answer;
}

/** A server that takes connections and says nothing, or only `greeting`. */
async function startSilent(greeting?: string) {
  let connect = () => {};
  let hangUp = () => {};
  const connected = new Promise<void>((resolve) => {
    connect = resolve;
  });
  const hungUp = new Promise<void>((resolve) => {
    hangUp = resolve;
  });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", hangUp);
    socket.on("data", connect);
    // Once the request is there: before it, the client could take the words for anything.
    if (greeting) socket.once("data", () => socket.write(greeting));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const close = () => {
    // An aborted fetch may have opened another, empty connection for its pool.
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, connected, hungUp, close };
}
