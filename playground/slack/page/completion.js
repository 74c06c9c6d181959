// What the composer can complete: the app's slash commands, people and groups after `@`, channels after `#`.

import { store } from "./store.js";

/** What fits at the cursor: `{ from, options: [{ insert, name, hint, text }] }`, or null. */
export function completionsAt(text, cursor) {
  const command = /^(\/\S*)$/.exec(text.slice(0, cursor));
  if (command) return { from: 0, options: commandsLike(command[1]) };
  const mark = /(?:^|\s)([@#])([\w.-]*)$/.exec(text.slice(0, cursor));
  if (!mark) return null;
  const [, sign, start] = mark;
  return { from: cursor - start.length - 1, options: sign === "@" ? peopleLike(start) : channelsLike(start) };
}

function commandsLike(start) {
  return store.state.commands
    .filter((one) => one.command.startsWith(start.toLowerCase()))
    .map((one) => ({ insert: `${one.command} `, name: one.command, hint: one.usageHint, text: one.description }));
}

function peopleLike(start) {
  const { bot, people, groups } = store.state;
  const all = [
    ...people.map((one) => ({ handle: one.name, text: one.realName })),
    { handle: bot.name, text: "App" },
    ...groups.map((one) => ({ handle: one.handle, text: `${one.members.length} in this group` })),
  ];
  const fitting = all.filter((one) => one.handle.toLowerCase().startsWith(start.toLowerCase()));
  return fitting.map((one) => ({ insert: `@${one.handle} `, name: `@${one.handle}`, hint: "", text: one.text }));
}

function channelsLike(start) {
  const fitting = store.state.channels.filter((one) => !one.directWith && one.name.startsWith(start.toLowerCase()));
  return fitting.map((one) => ({ insert: `#${one.name} `, name: `#${one.name}`, hint: "", text: one.topic }));
}

/** The hint for a command that has been typed out, until its arguments are there. */
export function usageFor(text) {
  const [, name, rest] = /^(\/\S+)\s+(\S*)$/.exec(text) ?? [];
  const known = store.state.commands.find((one) => one.command === name);
  return known && rest === "" ? known.usageHint : "";
}
