// What the stand-in reads from an app manifest. Knows only Slack's manifest format.

import { type Fields, fields, list, text, yes } from "./json.ts";

export interface Command {
  /** With the leading slash. */
  command: string;
  description: string;
  usageHint: string;
  shouldEscape: boolean;
}

export interface Manifest {
  name: string;
  botName: string;
  botScopes: string[];
  botEvents: string[];
  commands: Command[];
  /** Buttons and modals do nothing without it. */
  isInteractive: boolean;
  hasHome: boolean;
  /** Without it the app cannot write to people. */
  hasMessages: boolean;
  /** People can read what the app writes to them, and not answer. */
  isReadOnly: boolean;
}

/** Throws when the manifest is not one that Slack would take. */
export function readManifest(source: object): Manifest {
  const manifest = fields(source);
  const features = fields(manifest.features);
  const settings = fields(manifest.settings);
  const home = fields(features.app_home);
  const name = text(fields(manifest.display_information).name);
  if (name === "") throw new Error("The manifest has no display_information.name.");
  return {
    name,
    botName: text(fields(features.bot_user).display_name) || name,
    botScopes: list(fields(fields(manifest.oauth_config).scopes).bot).map(text),
    botEvents: list(fields(settings.event_subscriptions).bot_events).map(text),
    commands: list(features.slash_commands).map((one) => readCommand(fields(one))),
    isInteractive: yes(fields(settings.interactivity).is_enabled),
    hasHome: yes(home.home_tab_enabled),
    hasMessages: home.messages_tab_enabled !== false,
    isReadOnly: home.messages_tab_read_only_enabled !== false,
  };
}

function readCommand(one: Fields): Command {
  const command = text(one.command);
  const description = text(one.description);
  if (!/^\/[a-z0-9_-]{1,31}$/.test(command))
    throw new Error(`The manifest's command "${command}" is not /name of up to 32 characters.`);
  if (description === "" || description.length > 2000)
    throw new Error(`The manifest's ${command} needs a description of up to 2,000 characters.`);
  return { command, description, usageHint: text(one.usage_hint), shouldEscape: yes(one.should_escape) };
}
