// What can come between the bot and Datadog, and what the bot is told of it: shared by the tests of the adapter and of the verdicts.

import type { Fault } from "../../../playground/datadog/server.ts";
import type { MetricsTrouble } from "../../../src/ports/metrics.ts";

const page = "<html><head><title>Blocked</title></head></html>";

export const troubles: [string, Fault, MetricsTrouble, RegExp][] = [
  ["a 401", { kind: "unauthorized" }, "keysRefused", /HTTP 401: Unauthorized$/],
  ["a 403", { kind: "forbidden" }, "keysRefused", /HTTP 403: Forbidden$/],
  ["a 403 as a web page", { kind: "html", status: 403 }, "keysRefused", /a web page, "502 Bad Gateway"/],
  ["a 404", { kind: "notFound" }, "notFound", /HTTP 404: Not found$/],
  ["a 404 that Datadog did not write", { kind: "html", status: 404 }, "garbled", /HTTP 404: a web page/],
  [
    "a 400 that Datadog did not write",
    { kind: "answer", status: 400, body: page },
    "garbled",
    /HTTP 400: a web page, "Blocked"/,
  ],
  ["a 422", { kind: "answer", status: 422, body: { errors: ["no"] } }, "queryRefused", /HTTP 422: no/],
  ["a 429", { kind: "rateLimited" }, "rateLimited", /HTTP 429: Rate limit of 300 requests/],
  ["a 429 without headers, as a web page", { kind: "rateLimitedBare" }, "rateLimited", /HTTP 429: a web page/],
  ["a 500", { kind: "serverError" }, "serviceError", /HTTP 500: Internal error$/],
  ["a 502 as a web page", { kind: "html", status: 502 }, "serviceError", /HTTP 502: a web page, "502 Bad Gateway"/],
  ["a 503 without a body", { kind: "empty", status: 503 }, "serviceError", /HTTP 503: an empty answer/],
  [
    "a redirect",
    { kind: "answer", status: 302, body: "", headers: { Location: "/login" } },
    "garbled",
    /sent elsewhere, to \/login/,
  ],
  ["a web page with status 200", { kind: "html" }, "garbled", /not JSON: a web page/],
  ["an empty body", { kind: "empty" }, "garbled", /an empty answer/],
  ["a body that ends in its middle", { kind: "invalidJson" }, "garbled", /not JSON/],
  ["JSON null", { kind: "answer", body: null }, "garbled", /./],
  ["a JSON string", { kind: "answer", body: '"fine"' }, "garbled", /./],
  ["an empty object", { kind: "answer", body: {} }, "garbled", /./],
  [
    "a body that is not compressed as it says",
    { kind: "answer", body: "x", headers: { "Content-Encoding": "gzip" } },
    "garbled",
    /./,
  ],
  ["a connection cut before the answer", { kind: "cut" }, "unreachable", /./],
  ["a connection cut inside the answer", { kind: "cutBody" }, "unreachable", /./],
  ["an error beside the data of a 200", { kind: "errorsBeside", text: "too slow" }, "serviceError", /too slow/],
];
