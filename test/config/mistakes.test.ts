// What is wrong with a configuration: every mistake at once, where it is, what was found and what is expected.

import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describeMistakes, readConfiguration } from "../../src/config/read.ts";
import { type Changing, changed, EXAMPLE, mistakes, readText } from "./example.ts";

const PRODUCTION = "services.web.environments.production";
const WHO = "expected the word everyone, or a list of Slack user ids (U…) and user group ids (S…)";

const TABLE: [title: string, change: (what: Changing) => void, ...told: string[]][] = [
  ["a key that nobody knows", ({ all }) => (all.chanel = "#a"), "chanel: is not a key that is known here"],
  [
    "a key that nobody knows, deep inside",
    ({ web }) => (web.checks.jobs.limit.atleast = 1),
    "services.web.checks.jobs.limit.atleast: is not a key that is known here",
  ],
  [
    "a key that nobody knows, in a list",
    ({ production }) => (production.hosts[2].prot = 22),
    `${PRODUCTION}.hosts[2].prot: is not a key that is known here`,
  ],
  [
    "somebody on call by name alone",
    ({ web }) => (web.onCall = "web team"),
    'services.web.onCall: found "web team", expected a Slack user id (U…) or user group id (S…)',
  ],
  ["a missing key", ({ all }) => delete all.channel, "channel: found nothing, expected text"],
  ["a key without a value", ({ web }) => (web.repository = null), "services.web.repository: found null, expected text"],
  ["a list instead of keys", ({ all }) => (all.services = []), "services: found [], expected keys and values"],
  [
    "an empty list",
    ({ production }) => (production.hosts = []),
    `${PRODUCTION}.hosts: found [], expected something, not nothing`,
  ],
  [
    "a duration that is none",
    ({ production }) => (production.bake.for = "5 minuts"),
    `${PRODUCTION}.bake.for: found "5 minuts", expected a duration with a unit, such as 90s, 5m or 1h 30m`,
  ],
  [
    "a duration without a unit",
    ({ production }) => (production.askFor = 300),
    `${PRODUCTION}.askFor: found 300, expected a duration with a unit, such as 90s, 5m or 1h 30m`,
  ],
  [
    "a word that is not one of the choices",
    ({ web }) => (web.checks.latency.limit.of = "avg"),
    'services.web.checks.latency.limit.of: found "avg", expected sum, mean, max, min, last or a percentile such as p95',
  ],
  [
    "no canary hosts by number",
    ({ production }) => (production.canary = 0),
    `${PRODUCTION}.canary: found 0, expected more than 0`,
  ],
  [
    "more canary hosts than hosts",
    ({ production }) => (production.canary = 9),
    `${PRODUCTION}.canary: found 9, expected at most 4 (as many as there are hosts)`,
  ],
  [
    "a percentage beyond 100",
    ({ production }) => (production.canary = "150%"),
    `${PRODUCTION}.canary: found "150%", expected a percentage such as 25%`,
  ],
  [
    "a canary host that is no host",
    ({ production }) => (production.canary = ["web-99"]),
    `${PRODUCTION}.canary: names web-99, which is not among the hosts`,
  ],
  [
    "a canary that no check asks about",
    ({ web, production }) => {
      web.checks = {};
      delete production.between;
    },
    `${PRODUCTION}.canary: needs at least one check on the service: a canary that nobody asks about never passes. Or say "canary: none"`,
  ],
  [
    "a host twice",
    ({ production }) => production.hosts.push("web-01.example.com"),
    `${PRODUCTION}.hosts: names web-01.example.com more than once`,
  ],
  [
    "a check that does not look at the canary",
    ({ web }) => (web.checks.errors.limit.query = "sum:web.requests{*} by {host}"),
    "services.web.checks.errors.limit.query: has to look at the canary hosts: put $canary into its filter, such as {service:web,$canary}",
  ],
  [
    "a runbook that is not there",
    ({ web }) => (web.checks.jobs.runbook = "nope.md#x"),
    'services.web.checks.jobs.runbook: found "nope.md#x", expected one of the runbooks (background-jobs.md, datadog.md, hosts.md, latency.md, web.md)',
  ],
  [
    "a comparison that asks only about one side",
    ({ web }) => (web.checks.slower.compare.query = "avg:web.time{service:web,$canary}"),
    "services.web.checks.slower.compare.query: has to be about the canary hosts and then about the rest: put $hosts into its filter, such as {service:web,$hosts}",
    "services.web.checks.slower.compare.query: has $canary in it, which is for limit: here it is $hosts",
  ],
  [
    "a comparison of which one part asks about all",
    ({ web }) => (web.checks.slower.compare.query = "avg:web.time{$hosts} / avg:web.time{*}"),
    "services.web.checks.slower.compare.query: has to be about the canary hosts and then about the rest: put $hosts into its filter, such as {service:web,$hosts}",
  ],
  [
    "a comparison of many lines",
    ({ web }) => (web.checks.slower.compare.query = "avg:web.time{$hosts} by {host,zone}"),
    "services.web.checks.slower.compare.query: is grouped by host, zone, but one line is compared with one: leave the groups out",
  ],
  [
    "a limit on both sides",
    ({ web }) => (web.checks.jobs.limit.query = "sum:web.jobs{$canary,$hosts} by {host}"),
    "services.web.checks.jobs.limit.query: has $hosts in it, which is for compare and counts: here it is $canary",
  ],
  [
    "counts that are rates",
    ({ web }) => (web.checks.failing.counts.total = "sum:web.requests{$hosts}"),
    "services.web.checks.failing.counts.total: has to count, not to give a rate: put .as_count() behind it",
  ],
  [
    "a companion that does not look at the canary",
    ({ web }) => (web.checks.jobs.limit.alive = "max:web.up{*} by {host}"),
    "services.web.checks.jobs.limit.alive: has to look at the canary hosts: put $canary into its filter, such as {service:web,$canary}",
  ],
  [
    "a companion that tells of all hosts at once where each is asked about",
    ({ web }) => (web.checks.jobs.limit.alive = "max:web.up{$canary}"),
    "services.web.checks.jobs.limit.alive: has to be grouped as the query is, by {host}, to tell of the same",
  ],
  [
    "a companion with more groups than the query",
    ({ web }) => {
      web.checks.latency.limit.alive = "max:web.up{$canary} by {zone}";
    },
    "services.web.checks.latency.limit.alive: has to be grouped as the query is, without groups, to tell of the same",
  ],
  [
    "a stretch that no bake holds",
    ({ web }) => (web.checks.jobs.limit.for = "4m 30s"),
    `${PRODUCTION}.bake: is too short for jobs: "for" less "warmUp" and one "bucket" has to be as long as the check's own "for"`,
  ],
  [
    "silence made into zeros",
    ({ web }) => {
      web.checks.jobs.limit.query = "sum:web.jobs{$canary} by {host}.as_count().fill(zero)";
      web.checks.slower.compare.query = "default_zero(avg:web.time{$hosts})";
      web.checks.failing.counts.errors = "sum:web.errors{$hosts}.as_count().fill( last , 60)";
    },
    "services.web.checks.jobs.limit.query: has .fill(zero) in it, which makes up values where nothing was measured: leave it out",
    "services.web.checks.slower.compare.query: has default_zero( in it, which makes up values where nothing was measured: leave it out",
    "services.web.checks.failing.counts.errors: has .fill( last , 60) in it, which makes up values where nothing was measured: leave it out",
  ],
  [
    "nobody left to compare with",
    ({ production }) => (production.canary = "100%"),
    `${PRODUCTION}.canary: takes all hosts, so that nothing is left for slower, failing to compare with. Make it fewer, or say "canary: none"`,
  ],
  [
    "a bake with too few points to compare",
    ({ production }) => (production.bake.bucket = "25s"),
    `${PRODUCTION}.bake: leaves too few points to compare: "for" less "warmUp" has to be at least 11 times "bucket"`,
  ],
  [
    "a worse that is no side",
    ({ web }) => (web.checks.slower.compare.worse = "up"),
    'services.web.checks.slower.compare.worse: found "up", expected one of higher, lower, either',
  ],
  [
    "a confidence that is certainty",
    ({ web }) => (web.checks.slower.compare.confidence = "100%"),
    'services.web.checks.slower.compare.confidence: found "100%", expected a percentage from 50% to 99.9%',
  ],
  [
    "an alpha of nothing",
    ({ web }) => (web.checks.failing.counts.alpha = "0%"),
    'services.web.checks.failing.counts.alpha: found "0%", expected a percentage above 0, such as 1%',
  ],
  [
    "a section that the runbook does not have",
    ({ web }) => (web.checks.jobs.runbook = "background-jobs.md#no-job"),
    'services.web.checks.jobs.runbook: found "background-jobs.md#no-job", but background-jobs.md has no such section (it has background-jobs, no-jobs, monitor-alerted)',
  ],
  [
    "a runbook without its section",
    ({ web }) => (web.checks.jobs.runbook = "background-jobs.md"),
    'services.web.checks.jobs.runbook: found "background-jobs.md", expected a runbook and its section, such as jobs.md#no-jobs',
  ],
  [
    "an environment that does not say who may",
    ({ all }) => delete all.environments.production.who,
    "environments.production.who: found nothing, expected keys and values",
  ],
  [
    "an environment that does not say who may roll back",
    ({ all }) => delete all.environments.staging.who.rollBack,
    `environments.staging.who.rollBack: found nothing, ${WHO}`,
  ],
  [
    "a word that is not everyone",
    ({ all }) => (all.environments.production.who.deploy = "nobody"),
    `environments.production.who.deploy: found "nobody", ${WHO}`,
  ],
  [
    "a name where an id has to be",
    ({ all }) => (all.environments.production.who.lock = ["@you"]),
    'environments.production.who.lock[0]: found "@you", expected a Slack user id (U…) or user group id (S…)',
  ],
  [
    "an environment of a service that nobody may deploy to",
    ({ web, production }) => (web.environments.qa = production),
    "services.web.environments.qa: is not listed at the top under environments, so nobody would be allowed to deploy there",
  ],
  [
    "a usual environment that the service does not have",
    ({ web }) => (web.defaultEnvironment = "prod"),
    'services.web.defaultEnvironment: found "prod", expected one of the service\'s environments (production, staging)',
  ],
  [
    "a repository that git would not fetch",
    ({ web }) => (web.repository = "../web.git"),
    'services.web.repository: found "../web.git", expected an address that git fetches, such as git@github.com:example/web.git or https://…, or an absolute path',
  ],
  [
    "a branch that looks like an option",
    ({ web }) => (web.branch = "--upload-pack=x"),
    'services.web.branch: found "--upload-pack=x", expected the name of a branch',
  ],
  [
    "a host with a user in its name",
    ({ web }) => (web.environments.production.hosts = ["deploy@web-01", "web-02.example.com"]),
    'services.web.environments.production.hosts[0]: found "deploy@web-01", expected a host name, without user or port',
  ],
  [
    "a relative path on the hosts",
    ({ web }) => (web.release.path = "srv/web"),
    'services.web.release.path: found "srv/web", expected an absolute path on the host without . or .., such as /srv/web',
  ],
  [
    "a shared path that leaves its folder",
    ({ web }) => (web.release.shared = ["log", "../../etc"]),
    'services.web.release.shared[1]: found "../../etc", expected a path below shared/, without . or ..',
  ],
  [
    "a variable without a value",
    ({ web }) => (web.release.environment.RACK_ENV = null),
    "services.web.release.environment.RACK_ENV: found null, expected text, a number, or true or false",
  ],
  [
    "locks that last longer than the longest",
    ({ all }) => (all.locks.for = "9h"),
    "locks.for: is longer than locks.longest",
  ],
  [
    "a service that is called all",
    ({ all, web }) => (all.services.All = web),
    'services.All: is what "/lock all" calls everything: give the service another name',
  ],
  [
    "a warning that never comes",
    ({ all }) => (all.locks.warn = "0s"),
    'locks.warn: found "0s", expected a duration above 0',
  ],
  [
    "nobody who may freeze, said in another way than leaving it out",
    ({ all }) => (all.environments.production.who.freeze = []),
    "environments.production.who.freeze: found [], expected something, not nothing",
  ],
  [
    "mistakes of all kinds: all of them at once",
    ({ all, web, production }) => {
      all.chanel = "#a";
      web.checks.jobs.runbook = "nope.md#x";
      production.canary = ["web-99"];
      all.services.api = { ...structuredClone(web), repository: 7 };
    },
    "services.api.repository: found 7, expected text",
    "chanel: is not a key that is known here",
    'services.web.checks.jobs.runbook: found "nope.md#x", expected one of the runbooks (background-jobs.md, datadog.md, hosts.md, latency.md, web.md)',
    `${PRODUCTION}.canary: names web-99, which is not among the hosts`,
  ],
];

const GATEWAYS = "one of ssh.gateways (bastion)";

const ROLLOUT: typeof TABLE = [
  [
    "a range that runs backwards",
    ({ production }) => (production.hosts[1] = "web-[03..02].example.com"),
    `${PRODUCTION}.hosts[1]: found "web-[03..02].example.com", expected ranges such as web-[01..20], from the smaller to the larger number, and at most 10000 hosts`,
  ],
  [
    "a host that is in a range already",
    ({ production }) => production.hosts.push("web-02.example.com"),
    `${PRODUCTION}.hosts: names web-02.example.com more than once`,
  ],
  [
    "two hosts at one address",
    ({ production }) => production.hosts.push({ name: "web-05", address: "web-01.example.com" }),
    `${PRODUCTION}.hosts: gives web-01.example.com and web-05 the same address, web-01.example.com:22`,
  ],
  [
    "hosts from nowhere",
    ({ production }) => (production.hosts = { fill: "hosts.yml" }),
    `${PRODUCTION}.hosts: found {"fill":"hosts.yml"}, expected a list of hosts, or where to read one: file: or command:`,
  ],
  [
    "an inventory that may take too long",
    ({ production }) => (production.hosts = { command: "bin/hosts", timeout: "10m" }),
    `${PRODUCTION}.hosts.timeout: found "10m", expected at most 2m`,
  ],
  [
    "a gateway that is not there",
    ({ production }) => (production.gateway = "jump"),
    `${PRODUCTION}.gateway: found "jump", expected ${GATEWAYS}`,
  ],
  [
    "a host behind a gateway that is not there",
    ({ production }) => (production.hosts[2].gateway = "jump"),
    `${PRODUCTION}.hosts: has hosts behind jump, which is not ${GATEWAYS}`,
  ],
  [
    "a gateway by the name of none",
    ({ all }) => (all.ssh.gateways.none = { address: "a" }),
    "ssh.gateways.none: means no gateway at all: give it another name",
  ],
  [
    "canary hosts by a range that goes beyond the hosts",
    ({ production }) => (production.canary = ["web-[03..06].example.com"]),
    `${PRODUCTION}.canary: names web-05.example.com, web-06.example.com, which are not among the hosts`,
  ],
  [
    "batches that do not grow",
    ({ production }) => (production.batches = ["10%", "50%", "50%", "100%"]),
    `${PRODUCTION}.batches: does not grow at 50%: each part says how far the rollout is after it, such as [10%, 50%, 100%]`,
  ],
  [
    "batches that leave hosts out",
    ({ production }) => (production.batches = [1, "90%"]),
    `${PRODUCTION}.batches: ends with 90%, expected 100%: otherwise some hosts would never get the release`,
  ],
  [
    "a pause with one batch",
    ({ production }) => (production.batches = "100%"),
    `${PRODUCTION}.between: has nothing to be between: all hosts but the canary are one batch. Make the batches smaller, or leave it out`,
  ],
  [
    "a pause with one batch of an inventory",
    ({ production }) => Object.assign(production, { batches: ["100%"], hosts: { command: "bin/hosts" } }),
    `${PRODUCTION}.between: has nothing to be between: all hosts but the canary are one batch. Make the batches smaller, or leave it out`,
  ],
  [
    "a pause that is too short for its checks",
    ({ production }) => (production.between = { pause: "1m" }),
    `${PRODUCTION}.between.pause: is too short for the checks: it has to be as long as the bake's "warmUp" and 11 times its "bucket". Or say checks: false`,
  ],
  [
    "a pause that is too short for a stretch",
    ({ web, production }) => {
      web.checks.jobs.limit.for = "4m";
      production.between = { pause: "4m" };
    },
    `${PRODUCTION}.between.pause: is too short for jobs: less the bake's "warmUp" and one "bucket" it has to be as long as the check's own "for". Or say checks: false`,
  ],
  [
    "checks between batches that nobody has written",
    ({ web, production }) => {
      web.checks = {};
      production.canary = "none";
    },
    `${PRODUCTION}.between.checks: needs at least one check on the service. Or say checks: false`,
  ],
  [
    "checks between very many batches",
    ({ production }) => Object.assign(production, { hosts: ["web-[1..100]"], batches: 2 }),
    `${PRODUCTION}.between: asks the checks 49 times, between 50 batches: at most 20 times. Make the batches larger, or say checks: false`,
  ],
  [
    "more hosts at a time than anybody should",
    ({ production }) => (production.concurrency = 513),
    `${PRODUCTION}.concurrency: found 513, expected at most 512`,
  ],
  [
    "failures that are no number",
    ({ production }) => (production.maxFailedHosts = "a few"),
    `${PRODUCTION}.maxFailedHosts: found "a few", expected a percentage such as 25%`,
  ],
  [
    "a release and commands",
    ({ all, web }) => (web.commands = all.services.mail.commands),
    "services.web: has both release and commands: a release is sent to the hosts, commands fetch what they need themselves. Take one of the two",
  ],
  [
    "neither a release nor commands",
    ({ web }) => delete web.release,
    "services.web: has neither release nor commands: a release is sent to the hosts, commands fetch what they need themselves. Take one of the two",
  ],
  [
    "health by two ways at once",
    ({ web }) => (web.release.health.command = "bin/health"),
    "services.web.release.health.http: is not a key that is known here",
  ],
  [
    "a password in the address of the health check",
    ({ web }) => (web.release.health.http = "http://me:secret@127.0.0.1/health"),
    "services.web.release.health.http: has a user or a password in it, which everybody would see: use command: instead",
  ],
  [
    "a password in an address that is wrong otherwise, too",
    ({ web }) => (web.compare = "https://me:sec@ret@example.com/web"),
    'services.web.compare: found "https://example.com/web", expected an address with {from} and {to}',
  ],
  [
    "a password in the address of the repository",
    ({ web }) => (web.repository = "ssh://me@example.com:secret@git.example.com/web.git"),
    "services.web.repository: has a user or a password in it, which would be in the journal: take it out, and give it to git of the bot's user (~/.netrc, or credential.helper in ~/.gitconfig)",
  ],
  [
    "an address for health that no host would ask",
    ({ web }) => (web.release.health.http = "ftp://127.0.0.1/health"),
    'services.web.release.health.http: found "ftp://127.0.0.1/health", expected an address such as http://127.0.0.1:8080/health',
  ],
];

describe("lockstep.example.yml", () => {
  it("is valid", () => {
    expect(mistakes(readConfiguration(EXAMPLE))).to.deep.equal([]);
  });
});

describe("a configuration with", () => {
  for (const [title, change, ...told] of [...TABLE, ...ROLLOUT]) {
    it(title, () => {
      expect(mistakes(changed(change))).to.have.members(told);
    });
  }

  it("a limit that limits nothing", () => {
    const [told = ""] = mistakes(changed(({ web }) => delete web.checks.jobs.limit.atLeast));
    expect(told).to.match(/^services\.web\.checks\.jobs\.limit: found .*…, expected atMost or atLeast \(or both\)$/);
  });

  it("a limit on single points and on all of them together", () => {
    const [told = ""] = mistakes(changed(({ web }) => (web.checks.jobs.limit.of = "sum")));
    expect(told).to.match(
      /^services\.web\.checks\.jobs\.limit: .*expected of or for, not both: for is about each point$/,
    );
  });

  it("a bake that is over before it is warm", () => {
    const [told = ""] = mistakes(changed(({ production }) => (production.bake.warmUp = "5m")));
    expect(told).to.match(/^services\.web\.environments\.production\.bake.*measure/);
  });
});

describe("a file that is not", () => {
  const table: [string, string, string][] = [
    [
      "closed where it has to be",
      "channel: '#deploys'\nservices: [1",
      "line 2, column 13: is not readable as YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    [
      "free of a key that is there twice",
      "channel: a\nchannel: b\n",
      "line 2, column 1: is not readable as YAML: Map keys must be unique",
    ],
    [
      "free of an alias to nothing",
      "channel: *nothing\n",
      "the file: is not readable as YAML: Unresolved alias (the anchor must be set before the alias): nothing",
    ],
    ["made of keys", "- a\n- b\n", 'the file: found ["a","b"], expected keys and values'],
  ];
  for (const [title, text, told] of table)
    it(title, () => {
      expect(mistakes(readText(text))).to.deep.equal([told]);
    });

  it("filled yet says what has to be there", () => {
    expect(mistakes(readText(""))).to.deep.equal([
      "channel: found nothing, expected text",
      "environments: found nothing, expected keys and values",
      "services: found nothing, expected keys and values",
    ]);
  });

  it("there says how to begin", () => {
    expect(describeMistakes("lockstep.yml", [{ path: "a", problem: "b" }])).to.equal(
      "lockstep.yml has a mistake:\n  a: b",
    );
    expect(describeMistakes("lockstep.yml", [{ path: "lockstep.yml", problem: "does not exist" }])).to.equal(
      "lockstep.yml does not exist.",
    );
    expect(mistakes(readConfiguration("/nowhere/lockstep.yml"))).to.deep.equal([
      "/nowhere/lockstep.yml: does not exist. Copy lockstep.example.yml there, or set LOCKSTEP_CONFIG to where it is",
    ]);
  });

  it("a file at all is a mistake too, not a fault", () => {
    const folder = mkdtempSync(join(tmpdir(), "lockstep-config-"));
    expect(mistakes(readConfiguration(folder))[0]).to.match(/: cannot be read: EISDIR/);
    rmdirSync(folder);
  });
});
