// Settings that come from the process environment: secrets and addresses. The names are fixed; other programs rely on them. The only file
// beside the adapters and main.ts that may look at process.env.

import { z } from "zod";

const url = z.url({ error: "must be a whole address, such as https://example.com/" });
const given = z.string().trim().min(1, "is empty");

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const PORT_RANGE = "must be a number from 0 to 65535";

const schema = z.object({
  SLACK_BOT_TOKEN: given,
  SLACK_APP_TOKEN: given.optional(),
  SLACK_SIGNING_SECRET: given.optional(),
  SLACK_API_URL: url.default("https://slack.com/api/"),
  DD_API_KEY: given,
  DD_APP_KEY: given,
  DD_SITE: given.default("datadoghq.com"),
  DD_API_URL: url.optional(),
  SSH_KEY_PASSPHRASE: z.string().optional(),
  SSH_AUTH_SOCK: z.string().optional(),
  REDIS_URL: url.optional(),
  DATA_DIR: given.default("./data"),
  LOCKSTEP_CONFIG: given.default("./lockstep.yml"),
  PORT: z
    .string()
    .trim()
    .regex(/^\d{1,5}$/, PORT_RANGE)
    .transform(Number)
    .refine((port) => port <= 65_535, PORT_RANGE)
    .default(3000),
  LOG_LEVEL: z.enum(LEVELS, `must be one of ${LEVELS.join(", ")}`).default("info"),
});
export type Environment = z.infer<typeof schema>;

export type FromEnvironment = { ok: true; environment: Environment } | { ok: false; mistakes: string[] };

/** An empty variable counts as one that is not set. Mistakes name the variable, never its value: it may be a secret. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): FromEnvironment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const read = schema.safeParse(set);
  const mistakes = read.success
    ? []
    : read.error.issues.map(({ path, message }) => sentence(String(path[0]), set, message));
  if (!set.SLACK_APP_TOKEN && !set.SLACK_SIGNING_SECRET) {
    mistakes.push(
      "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP mode) is set: set one of them.",
    );
  }
  return read.success && mistakes.length === 0 ? { ok: true, environment: read.data } : { ok: false, mistakes };
}

/** Where the configuration is: known also when the rest of the environment is not set up yet. */
export function configPath(variables: NodeJS.ProcessEnv = process.env): string {
  return variables.LOCKSTEP_CONFIG || "./lockstep.yml";
}

function sentence(name: string, set: NodeJS.ProcessEnv, message: string): string {
  return set[name] === undefined ? `${name} is not set.` : `${name} ${message}.`;
}
