// What the playground's page greets with. Words only.

import type { Welcome } from "./slack/server.ts";

export const welcome: Welcome = {
  title: "This is Lockstep, with nothing to sign up for",
  text: "The bot is the real one. Slack, Datadog and ten hosts are local stand-ins; the service on the hosts is real, and so is its traffic. Three things to try:",
  tries: [
    { command: "/deploy web", text: "A good change: the canary passes, and the fleet follows." },
    {
      command: "/deploy web@breaks-jobs",
      text: "Pages work, but background jobs stop. The canary fails, and the thread says why.",
    },
    {
      command: "/lock web db migration for 30m",
      text: "Then act as teammate and deploy: only the asker is told who holds it, and why.",
    },
  ],
};
