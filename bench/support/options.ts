// What a bench of the fleet is asked on its command line. Knows no client by name.

import { parseArgs } from "node:util";

export interface Options {
  hosts: number[];
  rounds: number;
  /** Whether this client takes part. */
  wants(id: string): boolean;
  /** Whether this part of the bench is run. */
  runs(part: string): boolean;
  atOnce: number;
  /** Where Node's profiles of its clients go; none are made when left out. */
  profile: string | undefined;
}

export function readOptions(defaults: { hosts: string; parts: string }): Options {
  if (process.argv.includes("--help")) {
    console.log(
      `--hosts ${defaults.hosts}, --rounds 5, --only <clients>, --parts ${defaults.parts}, --at-once 32, --profile <directory>: see bench/README.md`,
    );
    process.exit();
  }
  const { values } = parseArgs({
    options: {
      hosts: { type: "string", default: defaults.hosts },
      rounds: { type: "string", default: "5" },
      only: { type: "string" },
      parts: { type: "string", default: defaults.parts },
      "at-once": { type: "string", default: "32" },
      profile: { type: "string" },
    },
  });
  const only = values.only?.split(",");
  const parts = values.parts.split(",");
  return {
    hosts: values.hosts.split(",").map((text) => whole(text, "--hosts")),
    rounds: whole(values.rounds, "--rounds"),
    wants: (id) => only === undefined || only.includes(id),
    runs: (part) => parts.includes(part),
    atOnce: whole(values["at-once"], "--at-once"),
    profile: values.profile,
  };
}

function whole(text: string, option: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`${option} takes whole numbers from 1 on, not "${text}"`);
  return number;
}
