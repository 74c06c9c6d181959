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
  REDIS_URL: z.url({ error: "must be a whole address, such as redis://redis.example.com:6379" }).optional(),
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

const { DD_SITE, PORT, DATA_DIR } = schema.shape;
/** What is there in any case, also where somebody has set it to something else that is wrong. */
const defaults = {
  DD_SITE: DD_SITE.parse(undefined),
  PORT: PORT.parse(undefined),
  DATA_DIR: DATA_DIR.parse(undefined),
};

export type FromEnvironment<E = Environment> = { ok: true; environment: E } | { ok: false; mistakes: string[] };

/** An empty variable counts as one that is not set. Mistakes name the variable, never its value: it may be a secret. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): FromEnvironment {
  const read = readAs(schema, variables);
  if (variables.SLACK_APP_TOKEN || variables.SLACK_SIGNING_SECRET) return read;
  const neither = "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP mode) is set: set one of them.";
  return { ok: false, mistakes: [...(read.ok ? [] : read.mistakes), neither] };
}

/** `variable` is a name. */
export interface VariableMistake {
  variable: string;
  problem: string;
}

export type PartOfEnvironment = Partial<Environment> & typeof defaults;

/** What of the environment is sound, beside everything that is not: for whoever looks at all of it. */
export function readPartOfEnvironment(variables: NodeJS.ProcessEnv = process.env): {
  environment: PartOfEnvironment;
  mistakes: VariableMistake[];
} {
  const set = withoutEmpty(variables);
  const parts = Object.entries(schema.shape).map(([name, part]) => ({ name, read: part.safeParse(set[name]) }));
  const sound = parts.flatMap(({ name, read }) => (read.success ? [[name, read.data] as const] : []));
  const mistakes = parts.flatMap(({ name, read }) => {
    const message = read.error?.issues[0]?.message;
    if (message === undefined) return [];
    return [{ variable: name, problem: set[name] === undefined ? "is not set" : message }];
  });
  const environment: PartOfEnvironment = { ...defaults, ...Object.fromEntries(sound) };
  if (environment.SLACK_APP_TOKEN === undefined && environment.SLACK_SIGNING_SECRET === undefined) {
    const problem = "is not set, and neither is SLACK_SIGNING_SECRET (for HTTP mode): one of them is needed";
    mistakes.push({ variable: "SLACK_APP_TOKEN", problem });
  }
  return { environment, mistakes };
}

const asking = schema.pick({ DD_API_KEY: true, DD_APP_KEY: true, DD_SITE: true, DD_API_URL: true, PORT: true });
/** What `lockstep check` needs: Datadog, and nothing of Slack, of a store or of hosts. */
export type AskingEnvironment = z.infer<typeof asking>;

export function readAskingEnvironment(variables: NodeJS.ProcessEnv = process.env): FromEnvironment<AskingEnvironment> {
  return readAs(asking, variables);
}

const keeping = schema.pick({ REDIS_URL: true, DATA_DIR: true });
const replaying = asking.extend(keeping.shape);
/** What `lockstep replay` needs: Datadog, and where the journal is. */
export type ReplayingEnvironment = z.infer<typeof replaying>;

export function readReplayingEnvironment(
  variables: NodeJS.ProcessEnv = process.env,
): FromEnvironment<ReplayingEnvironment> {
  return readAs(replaying, variables);
}

/** What `lockstep export` and `lockstep import` need: where the journal is. */
export type KeepingEnvironment = z.infer<typeof keeping>;

export function readKeepingEnvironment(
  variables: NodeJS.ProcessEnv = process.env,
): FromEnvironment<KeepingEnvironment> {
  return readAs(keeping, variables);
}

const trusting = schema.pick({ SSH_KEY_PASSPHRASE: true, SSH_AUTH_SOCK: true });
/** What `lockstep trust` needs: our own keys, for gateways. */
export type TrustingEnvironment = z.infer<typeof trusting>;

export function readTrustingEnvironment(
  variables: NodeJS.ProcessEnv = process.env,
): FromEnvironment<TrustingEnvironment> {
  return readAs(trusting, variables);
}

function readAs<E>(wanted: z.ZodType<E>, variables: NodeJS.ProcessEnv): FromEnvironment<E> {
  const set = withoutEmpty(variables);
  const read = wanted.safeParse(set);
  if (read.success) return { ok: true, environment: read.data };
  const mistakes = read.error.issues.map(({ path, message }) => sentence(String(path[0]), set, message));
  return { ok: false, mistakes };
}

function withoutEmpty(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}

/** Where the configuration is: known also when the rest of the environment is not set up yet. */
export function configPath(variables: NodeJS.ProcessEnv = process.env): string {
  return variables.LOCKSTEP_CONFIG || "./lockstep.yml";
}

function sentence(name: string, set: NodeJS.ProcessEnv, message: string): string {
  return set[name] === undefined ? `${name} is not set.` : `${name} ${message}.`;
}
