// A stage of hosts whose connections are cut in every way that there is, and one whose connection is left alone. Knows nothing of what is under way meanwhile.

import { randomBytes } from "node:crypto";
import type { SshHost } from "../support/ssh-host.ts";
import { FaultStage } from "./stage.ts";

type Cut = (host: SshHost) => unknown;

/** Each host is named after what happens to its connection. */
export const CUTS: Record<string, Cut> = {
  "is ended": ({ line }) => line?.finish(),
  "is reset": ({ line }) => line?.reset(),
  "loses its session": ({ sshd }) => sshd.killSessions(),
};

export const MB = 1024 * 1024;
/** Longer than sockets and channels can swallow, so that an upload can be caught in the middle; each time another one, which no host has. */
export const big = () => ({ "big.bin": randomBytes(16 * MB) });

export interface CutHosts {
  stage: FaultStage;
  /** One for each of `CUTS`. */
  cut: SshHost[];
  well: SshHost;
}

export async function openCutHosts(): Promise<CutHosts> {
  const stage = await FaultStage.open();
  const cut = await stage.addHosts(Object.keys(CUTS), { line: true });
  return { stage, cut, well: await stage.addHost("well") };
}
