// Answers HTTP, counts the answers and times them.

import { createServer } from "node:http";
import { count, sample } from "./metrics.js";
import { answer } from "./pages.js";
import { settings } from "./settings.js";

/** Resolves the server once it listens. */
export function startHttp() {
  for (const statusClass of ["2xx", "4xx", "5xx"]) count("web.requests", 0, `status_class:${statusClass}`);
  const server = createServer(async (request, response) => {
    const started = performance.now();
    const url = new URL(request.url, "http://web");
    const { status, body } = await answer(url).catch((error) => {
      console.error(error);
      return { status: 500, body: { error: "something went wrong" } };
    });
    const json = typeof body !== "string";
    response.writeHead(status, { "content-type": json ? "application/json" : "text/plain; charset=utf-8" });
    response.end(json ? JSON.stringify(body) : body);
    if (url.pathname === "/health") return;
    count("web.requests", 1, `status_class:${Math.floor(status / 100)}xx`);
    sample("web.request.duration", performance.now() - started);
  });
  server.listen(settings.port, "127.0.0.1");
  return server;
}
