// What the bot needs to get through to hosts: its own key, whose keys it knows, gateways and limits, from the configuration and the environment. Pure.

import type { Environment } from "./environment.ts";
import type { Configuration } from "./schema.ts";

/** As the SSH adapter takes it. `agent`: asked for keys where the configuration names no file. */
export function loginOf(
  { ssh }: Pick<Configuration, "ssh">,
  environment: Pick<Environment, "SSH_KEY_PASSPHRASE" | "SSH_AUTH_SOCK">,
) {
  return {
    privateKey: ssh.key,
    passphrase: environment.SSH_KEY_PASSPHRASE,
    agent: ssh.key ? undefined : environment.SSH_AUTH_SOCK,
    knownHosts: ssh.knownHosts,
    connectTimeoutMs: ssh.connectTimeout,
    gateways: ssh.gateways,
    limits: ssh.limits,
  };
}
