// The archive of an order's release. Built before and kept by the source: this looks it up, or builds it again where the file is gone.

import type { Order } from "../../deploy/order.ts";
import type { Archive, FromSource } from "../../ports/source.ts";
import type { Parts } from "../parts.ts";

/** Null where nothing is sent: the way back, and sites whose commands fetch the version themselves. */
export async function archiveFor(
  { kind, site, repository, release }: Order,
  { source }: Pick<Parts, "source">,
  signal: AbortSignal,
): Promise<FromSource<Archive> | null> {
  if (kind === "rollback" || site.kind === "commands") return null;
  return source.archive(repository, release.commit.sha, signal);
}
