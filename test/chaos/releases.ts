// The repository that the chaos run deploys from: each command gets a branch of its own, so that a deploy tells by its ref which command it came from. What a
// release does on its host is a few lines of shell that keep a record of every switch. Knows no bot.

import { createHash, randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { git } from "../../playground/demo/git.ts";

/** How a release is: `bad` finishes no jobs, `broken` cannot be restarted, `ill` is never healthy, `slow` takes seconds to restart. */
export const NATURES = ["good", "bad", "broken", "ill", "slow"] as const;
export type Nature = (typeof NATURES)[number];

/** Two at once on one host are recorded as `overlap`. */
export const RECORD = `exec 8>>"$LOCKSTEP_PATH/restarting"
flock -n 8 || echo "overlap $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/switches"
echo "begin $LOCKSTEP_RELEASE $(cat "$LOCKSTEP_PATH/.lockstep/token")" >>"$LOCKSTEP_PATH/switches"
`;

const RESTART = `#!/bin/sh
${RECORD}case $(cat nature) in
  slow) sleep 2 ;;
  broken) sleep 0.2; exit 1 ;;
  *) sleep 0.2 ;;
esac
echo "end $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/switches"
`;
const HEALTH = `#!/bin/sh
[ "$(cat nature)" != ill ]
`;

const PAYLOAD_BYTES = 150_000;
const FILES = 12;

export class Releases {
  readonly url: string;
  readonly #directory: string;
  #made = 0;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(directory: string) {
    this.#directory = directory;
    this.url = pathToFileURL(directory).href;
  }

  static async make(directory: string): Promise<Releases> {
    await mkdir(directory, { recursive: true });
    await git(directory, ["init", "--quiet", "--bare"]);
    await git(directory, ["symbolic-ref", "HEAD", "refs/heads/main"]);
    const releases = new Releases(directory);
    const files = Array.from({ length: FILES }, (_, i) => file(`lib/part-${i}`, "644", randomBytes(5_000)));
    const programs = [file("bin/restart", "755", RESTART), file("bin/health", "755", HEALTH)];
    await releases.#commit("main", [...programs, ...files, ...content("good")]);
    return releases;
  }

  /** A new commit on a branch of its own; resolves with the branch. */
  async branch(nature: Nature): Promise<string> {
    const name = `try-${++this.#made}-${nature}`;
    await this.#commit(name, [Buffer.from("from refs/heads/main^0\n"), ...content(nature)]);
    return name;
  }

  archive(ref: string): Promise<Buffer> {
    return git(this.#directory, ["archive", "--format=tar", ref]);
  }

  async sha(ref: string): Promise<string> {
    return (await git(this.#directory, ["rev-parse", ref])).toString().trim();
  }

  /** One after the other: git locks its pack files. */
  #commit(branch: string, pieces: Buffer[]): Promise<unknown> {
    const when = `you <you@example.com> ${Math.floor(Date.now() / 1000)} +0000`;
    const head = `commit refs/heads/${branch}\nauthor ${when}\ncommitter ${when}\ndata <<.\nTry ${branch}\n.\n`;
    const input = Buffer.concat([Buffer.from(head), ...pieces]);
    const done = this.#queue.then(() => git(this.#directory, ["fast-import", "--quiet"], input));
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

/** What differs between two releases; a release that is not whole does not fit to its digest. */
function content(nature: Nature): Buffer[] {
  const payload = randomBytes(PAYLOAD_BYTES);
  const digest = createHash("sha256").update(payload).digest("hex");
  return [file("nature", "644", nature), file("payload", "644", payload), file("payload.sha256", "644", digest)];
}

export const EXPECTED_FILES = FILES + 5;

function file(path: string, mode: string, bytes: Buffer | string): Buffer {
  const content = Buffer.from(bytes);
  return Buffer.concat([
    Buffer.from(`M 100${mode} inline ${path}\ndata ${content.length}\n`),
    content,
    Buffer.from("\n"),
  ]);
}
