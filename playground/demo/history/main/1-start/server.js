// The whole process: HTTP, background jobs and metrics, until somebody stops it.

import { startHttp } from "./lib/http.js";
import { startJobs } from "./lib/jobs.js";
import { startMetrics } from "./lib/metrics.js";
import { settings } from "./lib/settings.js";
import { watchParent } from "./ops/parent.js";
import { forgetPid } from "./ops/pid-file.js";

startMetrics();
startJobs();
startHttp();
watchParent();
console.log(`${new Date().toISOString()} ${settings.release} runs with pid ${process.pid} on port ${settings.port}`);

process.on("exit", () => forgetPid(process.pid));
process.on("SIGTERM", () => process.exit(0));
