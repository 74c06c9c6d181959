// Asks the service on this host how it is.

import { get } from "node:http";
import { basename } from "node:path";

const port = Number(process.env.DEMO_PORT ?? 8080);

/** The release that should run here. */
export const wanted = process.env.LOCKSTEP_RELEASE || basename(process.cwd());

/** The release that answers; rejects with a sentence when there is no good answer. */
export function runningRelease() {
  return new Promise((answered, failed) => {
    const request = get({ host: "127.0.0.1", port, path: "/health", timeout: 2_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (piece) => {
        body += piece;
      });
      response.on("end", () => {
        if (response.statusCode !== 200) return failed(new Error(`web answers with status ${response.statusCode}`));
        answered(JSON.parse(body).release);
      });
    });
    request.on("timeout", () => request.destroy(new Error("it does not answer")));
    request.on("error", (error) => failed(new Error(`web is not there on port ${port}: ${error.message}`)));
  });
}
