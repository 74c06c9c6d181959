// What a request must look like before a host hears of it: a name that could climb out of its directory is refused here.

import type { Site } from "../../deploy/order.ts";

/** What is wrong with a site, in a sentence; null when nothing is. */
export function wrongWithSite(site: Site): string | null {
  if (!site.path.startsWith("/") || climbs(site.path) || /\/$/.test(site.path)) {
    return "the deploy path must be absolute, without .. and without a slash at its end";
  }
  for (const path of site.shared) {
    if (path === "" || path.startsWith("/") || path.endsWith("/") || climbs(path)) {
      return `the shared path ${JSON.stringify(path)} must be relative and stay below shared/`;
    }
  }
  for (const name of Object.keys(site.environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `${JSON.stringify(name)} is no name for an environment variable`;
  }
  if (!Number.isSafeInteger(site.keep) || site.keep < 1) return "keep must be a whole number, at least 1";
  return null;
}

/** What is wrong with a release's name: it becomes a directory, and one line of a file on the host. */
export function wrongWithRelease(name: string): string | null {
  const control = [...name].some((letter) => letter < " " || letter === "\x7f");
  if (name === "" || name.startsWith(".") || name.includes("/") || control || Buffer.byteLength(name) > 200) {
    return `${JSON.stringify(name.slice(0, 80))} is no name for a release`;
  }
  return null;
}

/** Linux takes no single argument of 128 KiB or more, and the whole line is one argument of the login shell; the rest is for what a host puts around it. */
const longestLineKiB = 120;

/** What is wrong with a whole command line: a program of ours, which is the same for all, and the words that it is given. */
export function wrongWithCommand(words: string, opening = ""): string | null {
  if (words.includes("\0")) return "a value holds a NUL character, which no shell can carry";
  return Buffer.byteLength(words) + opening.length > longestLineKiB * 1024
    ? `paths, commands and environment together make a command line longer than ${longestLineKiB} KiB`
    : null;
}

export function wrongWithToken(token: number): string | null {
  return Number.isSafeInteger(token) && token >= 0 ? null : "a fencing token is a whole number";
}

function climbs(path: string): boolean {
  return path.split("/").some((part) => part === ".." || part === ".");
}
