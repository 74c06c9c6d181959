// What the command line says of itself and of its commands that take hardly any options. Knows no terminal.

export const HELP = `Lockstep deploys from Slack: canary first, and the whole fleet only when the canary is well.

  lockstep start          runs the bot
  lockstep check-config   says every mistake in the configuration at once; with --inventory it runs inventory commands too
  lockstep doctor         looks at everything that the bot depends on, and says what is wrong and how to mend it
  lockstep check          runs a service's checks now, from anywhere: exit 0 well, 1 failed, 2 cannot tell
  lockstep replay         says what the checks would have said of the last deploys, and how often wrongly
  lockstep trust          shows the host keys of a service's hosts that nobody knows yet, and trusts them if you say so
  lockstep export         writes the whole journal as JSON lines, also while the bot runs
  lockstep import         restores such a file into an empty store of either kind
  lockstep judge          reads cases as JSON lines and writes a canary verdict for each; needs no configuration
  lockstep help           this text; --version says which Lockstep this is

With --help behind it, each says how it is used and what its exit codes are.
The configuration is lockstep.yml, or what LOCKSTEP_CONFIG says; lockstep.example.yml explains every key.
Tokens and addresses are in the environment: see the README.
`;

export const START_HELP = `Runs the bot until it is told to stop (SIGTERM or Ctrl-C): it then lets go of its deploys, and another bot, or the next start, goes on with them.

  lockstep start

It needs the configuration (LOCKSTEP_CONFIG) and the environment that the README lists; \`lockstep doctor\` says what is missing.

Exit code: 0 it was told to stop · 1 it could not start, and says why.
`;

export const CHECK_CONFIG_HELP = `Says every mistake in the configuration and the runbooks at once, or how many hosts each target has. It asks nobody on the network.

  lockstep check-config
  lockstep check-config --inventory

  --inventory   runs inventory commands too, and looks at the hosts that they print

Exit code: 0 there is no mistake · 1 there is one.
`;

export const JUDGE_HELP = `Reads cases from standard input, one JSON object a line, and writes a verdict for each, in the same order. It asks nobody, and needs no configuration.

  lockstep judge < cases.jsonl

A case has an id, and a check of one of the kinds compare (with canary and baseline), counts (with looks) and limit (with canary): the numbers that a
query would have given. A verdict has the same id, pass, fail or inconclusive, the reason, and an explanation.

Exit code: 0 every line was judged · 1 some were not: those have an error, which says why.
`;

/** A word that a command takes nothing for. */
export function takesNoSentence(command: string, word: string): string {
  return `lockstep ${command} takes no ${word}: see lockstep ${command} --help.`;
}

export function unknownCommandSentence(command: string): string {
  return `There is no command "${command}": lockstep help names all.`;
}
