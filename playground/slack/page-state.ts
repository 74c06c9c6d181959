// Everything the page shows when it opens, for the person it acts as.

import type { Stand } from "./stand.ts";
import type { View } from "./types.ts";
import { isVisibleTo } from "./workspace.ts";

const MOST_TRAFFIC = 200;

export function pageState(stand: Stand, person: string): object {
  const { workspace, manifest, options } = stand;
  const direct = workspace.directWith(person).id;
  const channels = workspace.channels.filter((one) => one.directWith === undefined || one.directWith === person);
  return {
    team: workspace.team,
    bot: { ...workspace.bot, displayName: manifest.botName },
    people: workspace.people,
    groups: workspace.groups,
    channels,
    direct,
    commands: manifest.commands,
    hasHome: manifest.hasHome,
    isReadOnly: manifest.isReadOnly,
    welcome: options.welcome ?? null,
    messages: channels.flatMap((one) => workspace.all(one.id)).filter((one) => isVisibleTo(one, person)),
    view: pageView(stand.views.top(person)),
    home: pageView(stand.views.home(person)),
    calls: stand.calls.slice(-MOST_TRAFFIC),
    payloads: stand.delivery.payloads.slice(-MOST_TRAFFIC),
    app: appStatus(stand),
  };
}

export function pageView(view: View | undefined): View | null {
  return view ?? null;
}

/** Whether the app is there: with Socket Mode that is known. */
export function appStatus(stand: Stand): object {
  return stand.requests ? { mode: "http", sockets: 0 } : { mode: "socket", sockets: stand.sockets.count };
}
