// What can be asked of a chaos run on its command line. Knows no bot.

export interface Options {
  minutes: number;
  seed: number;
  bots: number;
  store: "redis" | "embedded";
}

export const USAGE = `npm run test:chaos -- [--minutes 1] [--seed <number>] [--bots 3] [--store redis|embedded]

Real bots on a bad day. The embedded store has one bot. The same seed asks for the same commands and faults; what they meet depends on the machine.
`;

/** A sentence when they cannot be read. */
export function readOptions(args: string[]): Options | string {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i += 2) {
    const [, name = ""] = /^--(minutes|seed|bots|store)$/.exec(args[i] ?? "") ?? [];
    const value = args[i + 1];
    if (name === "" || value === undefined) return `There is no ${args[i]}, or nothing follows it.`;
    given.set(name, value);
  }
  const store = given.get("store") ?? "redis";
  if (store !== "redis" && store !== "embedded") return "--store is redis or embedded.";
  const number = (name: string, usual: number) => Number(given.get(name) ?? usual);
  const minutes = number("minutes", 1);
  const bots = number("bots", store === "redis" ? 3 : 1);
  const seed = number("seed", Math.floor(Math.random() * 1_000_000));
  if (!(minutes > 0 && minutes <= 24 * 60)) return "--minutes is a number above 0, at most a day.";
  if (!(Number.isInteger(bots) && bots >= 1 && bots <= 9)) return "--bots is a whole number from 1 to 9.";
  if (!Number.isInteger(seed)) return "--seed is a whole number.";
  if (store === "embedded" && bots > 1) return "The embedded store has one bot: --bots 1.";
  return { minutes, seed, bots, store };
}
