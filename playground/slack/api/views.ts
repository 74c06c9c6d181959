// views.*: modals and home tabs.

import type { Fields } from "../json.ts";
import { Refused } from "../refused.ts";
import { checkedView } from "../rules/view.ts";
import type { Stand } from "../stand.ts";
import type { View } from "../types.ts";
import { type Asked, bot, type Method } from "./method.ts";

export const views: Record<string, Method> = {
  "views.open": bot([], (asked) => {
    const view = checkedView(asked.json("view"), "modal");
    return { view: wireView(asked.stand, asked.stand.views.open(exchanged(asked), view)) };
  }),

  "views.push": bot([], (asked) => {
    const view = checkedView(asked.json("view"), "modal");
    return { view: wireView(asked.stand, asked.stand.views.push(exchanged(asked), view)) };
  }),

  "views.update": bot([], (asked) => {
    if (!asked.has("view_id") && !asked.has("external_id")) throw new Refused("invalid_arguments");
    const view = checkedView(asked.json("view"), "modal");
    const where = {
      ...(asked.has("view_id") && { id: asked.text("view_id") }),
      ...(asked.has("external_id") && { externalId: asked.text("external_id") }),
      ...(asked.has("hash") && { hash: asked.text("hash") }),
    };
    return { view: wireView(asked.stand, asked.stand.views.update(where, view)) };
  }),

  "views.publish": bot([], (asked) => {
    if (!asked.stand.manifest.hasHome) throw new Refused("not_enabled");
    const person = asked.person("user_id");
    const view = checkedView(asked.json("view"), "home");
    const hash = asked.has("hash") ? asked.text("hash") : undefined;
    return { view: wireView(asked.stand, asked.stand.views.publish(person.id, view, hash)) };
  }),
};

function exchanged(asked: Asked): string {
  if (!asked.has("trigger_id")) throw new Refused("invalid_arguments");
  return asked.stand.triggers.exchange(asked.text("trigger_id"));
}

export function wireView(stand: Stand, view: View, values: Fields = {}): Fields {
  const { bot: self, team } = stand.workspace;
  return {
    ...view,
    team_id: team.id,
    app_id: self.appId,
    bot_id: self.botId,
    app_installed_team_id: team.id,
    state: { values },
  };
}
