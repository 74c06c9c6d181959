// Looks at hosts for doctor: whether each can be logged in to, and what a deploy would find there. Changes nothing on them. Knows no deploy.

import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import type { ClientChannel } from "ssh2";
import type { Host } from "../../deploy/order.ts";
import type { FromHost, HostExam, HostExams, HostQuestions } from "../../ports/examination.ts";
import { NotStarted, openChannel } from "./channel.ts";
import type { Connection } from "./connect.ts";
import { type ConnectionOptions, Connections } from "./connections.ts";
import { BETTER, ExamReader, HTTP, NEEDED } from "./exam.ts";
import { Excerpt } from "./excerpt.ts";
import { examineLogin } from "./login.ts";
import { opening, words } from "./quote.ts";
import { NoConnection } from "./trouble.ts";

/** Comments stay at home. */
const program = readFileSync(new URL("scripts/examine.sh", import.meta.url), "utf8").replace(/^\s*#.*\n/gm, "");

/** For all that the program has to say, once there is a connection. */
const answerMs = 20_000;
/** Of the output that is not the program's, for people. */
const excerptBytes = 500;
/** More than any answer: whoever says more is not our program. */
const mostOutput = 256 * 1024;

/** Never rejects. */
export function sshExams(options: ConnectionOptions): HostExams {
  const connections = new Connections(options);
  const using = async <T>(host: Host, signal: AbortSignal, work: (connection: Connection) => Promise<FromHost<T>>) => {
    setMaxListeners(0, signal); // one signal may stop a whole fleet
    try {
      return await connections.use(host, signal, work);
    } catch (error) {
      return explain(error);
    }
  };
  return {
    login: () => examineLogin(options),
    host: (host, questions, signal) => using(host, signal, (connection) => examine(connection, questions, signal)),
    gateway: (gateway, signal) => using(gateway, signal, async () => ({ ok: true, value: null })),
    close: () => connections.close(),
  };
}

async function examine(
  connection: Connection,
  { paths, sudo }: HostQuestions,
  signal: AbortSignal,
): Promise<FromHost<HostExam>> {
  const command =
    opening(program) + words([NEEDED.join(" "), [...BETTER, ...HTTP].join(" "), sudo.join("\n"), ...paths]);
  const reader = new ExamReader(Date.now());
  const channel = await openChannel(connection, command, { timeoutMs: answerMs, signal });
  const { ending, noise } = await listen(channel, reader, AbortSignal.any([signal, connection.over]));
  if (ending === "ended") {
    const { exam } = reader;
    if (reader.done && exam.paths.length === paths.length) return { ok: true, value: named(exam, paths) };
    return { ok: false, trouble: "noShell", detail: lastLine(noise) };
  }
  if (signal.aborted) return { ok: false, trouble: "aborted", detail: "stopped while it was looked at" };
  if (ending === "late")
    return { ok: false, trouble: "timedOut", detail: `no whole answer within ${answerMs / 1000} s` };
  return { ok: false, trouble: "connectionLost", detail: "the connection was lost while it was looked at" };
}

/** By the names that we know: a host may call the same places otherwise. */
function named(exam: HostExam, paths: string[]): HostExam {
  return { ...exam, paths: exam.paths.map((one, i) => ({ ...one, path: paths[i] ?? one.path })) };
}

interface Heard {
  ending: "ended" | "late" | "stopped";
  noise: string;
}

function listen(channel: ClientChannel, reader: ExamReader, stop: AbortSignal): Promise<Heard> {
  return new Promise((resolve) => {
    const noise = new Excerpt(excerptBytes);
    let rest = "";
    let size = 0;
    const end = (ending: Heard["ending"]) => {
      clearTimeout(timer);
      stop.removeEventListener("abort", stopped);
      channel.close();
      resolve({ ending, noise: noise.toString() });
    };
    const stopped = () => end("stopped");
    const timer = setTimeout(() => end("late"), answerMs);
    stop.addEventListener("abort", stopped, { once: true });
    channel.on("data", (bytes: Buffer) => {
      size += bytes.length;
      const lines = (rest + bytes.toString("utf8")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (!reader.read(line, Date.now()) && line !== "") noise.addText(`${line}\n`);
      if (reader.done || size > mostOutput) end("ended");
    });
    channel.stderr.on("data", (bytes: Buffer) => noise.addBytes(bytes));
    channel.on("error", () => {}); // the close that follows says more
    channel.on("close", () => end(stop.aborted ? "stopped" : "ended"));
    if (stop.aborted) stopped();
  });
}

function explain(error: unknown): Extract<FromHost<never>, { ok: false }> {
  if (error instanceof NoConnection) return { ok: false, trouble: error.trouble, detail: error.message };
  const trouble = error instanceof NotStarted ? "connectionLost" : "scriptFailed";
  return { ok: false, trouble, detail: error instanceof Error ? error.message : String(error) };
}

function lastLine(text: string): string {
  return (text.trimEnd().split("\n").at(-1) ?? "").trim().slice(0, 200);
}
