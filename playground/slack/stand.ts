// The parts of a running stand-in, as its other parts see them. Shapes only.

import type { Delivery } from "./delivery/delivery.ts";
import type { Requests } from "./delivery/requests.ts";
import type { ResponseUrls } from "./delivery/response-urls.ts";
import type { Sockets } from "./delivery/sockets.ts";
import type { Triggers } from "./delivery/triggers.ts";
import type { Faults } from "./faults.ts";
import type { Files } from "./files.ts";
import type { Manifest } from "./manifest.ts";
import type { SlackOptions } from "./options.ts";
import type { Call } from "./types.ts";
import type { Views } from "./views.ts";
import type { Workspace } from "./workspace.ts";

export interface Tokens {
  bot: string;
  app: string;
  appScopes: string[];
  signingSecret: string;
}

export interface Stand {
  options: SlackOptions;
  manifest: Manifest;
  workspace: Workspace;
  tokens: Tokens;
  faults: Faults;
  sockets: Sockets;
  requests: Requests | undefined;
  delivery: Delivery;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  views: Views;
  files: Files;
  calls: Call[];
  /** Such as `http://127.0.0.1:4321`, known once the server listens. */
  origin: string;
}
