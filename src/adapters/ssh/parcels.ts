// What is sent to a host that asks for a release: all of it, or a list of what is in it and then what the host has not. Knows no channel.

import type { Archive } from "../../ports/source.ts";
import type { Differences } from "./differences.ts";
import type { Report } from "./report.ts";

export interface Parcel {
  /** What the host takes it for. */
  word: "archive" | "compare" | "rest";
  file: Archive;
}

/** Below, an archive is there before a host has looked at what it has. */
const worthComparing = 1024 * 1024;

/** What comes next; all of it where nothing can be compared, an archive that cannot be read included. */
export async function nextParcel(archive: Archive, report: Report, differences: Differences): Promise<Parcel> {
  const whole: Parcel = { word: "archive", file: archive };
  if (report.phase === "lacking") {
    const file = report.missing && (await differences.rest(archive, report.missing));
    return file ? { word: "rest", file } : whole;
  }
  if (!report.hasBase || archive.bytes < worthComparing) return whole;
  const list = await differences.list(archive);
  return list ? { word: "compare", file: list } : whole;
}
