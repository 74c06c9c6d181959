// Every Web API method the stand-in knows, by name.

import { chat } from "./chat.ts";
import { conversations } from "./conversations.ts";
import { bot, type Method } from "./method.ts";
import { people } from "./people.ts";
import { uploads } from "./uploads.ts";
import { views } from "./views.ts";

const connection: Record<string, Method> = {
  "auth.test": bot([], ({ stand }) => {
    const { team, bot: self } = stand.workspace;
    return {
      url: `${stand.origin}/`,
      team: team.name,
      team_id: team.id,
      user: self.name,
      user_id: self.userId,
      bot_id: self.botId,
      is_enterprise_install: false,
    };
  }),

  "apps.connections.open": {
    token: "app",
    scopes: ["connections:write"],
    run: ({ stand }) => {
      const host = stand.origin.replace("http:", "ws:");
      return { url: `${host}/link?ticket=${stand.sockets.ticket()}&app_id=${stand.workspace.bot.appId}` };
    },
  },
};

export const methods: Record<string, Method> = {
  ...connection,
  ...chat,
  ...conversations,
  ...people,
  ...views,
  ...uploads,
};
