// The ways to hosts, direct and through gateways, and the lines in which those stand who connect. Knows no deploy, and nothing of what is said on a connection.

import type { Gateway, Host } from "../../deploy/order.ts";
import type { Route } from "./connect.ts";
import type { Gateways } from "./gateways.ts";
import { enterAll, Places, PlacesByName } from "./places.ts";
import { openSocket } from "./wire.ts";

/** Handshakes of this process at once, whoever they are with: each costs some ms, and what is ready at the same moment is done in one go. */
const handshakesAtOnce = 8;

export class Routes {
  readonly #starts: PlacesByName;
  readonly #handshakes = new Places(handshakesAtOnce);

  /** `starts`: connections that begin at a time, for each server, or for each gateway with all that is behind it. */
  constructor(starts: number) {
    this.#starts = new PlacesByName(starts);
  }

  direct(server: Pick<Host, "address" | "port">): Route {
    return {
      approach: () => this.#starts.enter(nameOf(server)),
      open: async () => openSocket(server),
      enter: () => this.#handshakes.enter(),
    };
  }

  /** The gateway opens the way, which may take long and holds no place. */
  through(gateway: Gateway, host: Host, gateways: Gateways): Route {
    return {
      approach: async () => () => {},
      open: (call) => gateways.reach(host, gateway, call),
      enter: () => enterAll([() => this.#starts.enter(nameOf(gateway)), () => this.#handshakes.enter()]),
    };
  }
}

function nameOf({ address, port }: Pick<Host, "address" | "port">): string {
  return `${address.toLowerCase()}:${port}`;
}
