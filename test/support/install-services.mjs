// Looks for the real programs that the tests run against, and installs what is missing where it may. Silent when all is there.
// Plain Node on purpose: it runs before anything else.

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const services = [
  { name: "OpenSSH server", programs: ["sshd"], packages: ["openssh-server"] },
  { name: "ssh-keygen", programs: ["ssh-keygen"], packages: ["openssh-client"] },
  { name: "Redis", programs: ["redis-server"], packages: ["redis-server"] },
  { name: "git", programs: ["git"], packages: ["git"] },
  { name: "curl", programs: ["curl"], packages: ["curl"] },
  { name: "wget", programs: ["wget"], packages: ["wget"] },
  { name: "BusyBox", programs: ["busybox"], packages: ["busybox"] },
  { name: "ps", programs: ["ps"], packages: ["procps"] },
  { name: "faketime", programs: ["faketime"], packages: ["faketime"] },
  { name: "Chromium", programs: ["chromium", "chromium-browser", "google-chrome"], packages: ["chromium"] },
];

const folders = [
  ...(process.env.PATH ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/local/sbin",
  "/sbin",
  "/opt/homebrew/sbin",
];

function isRunnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const findMissing = () =>
  services.filter(
    ({ programs }) => !programs.some((name) => folders.some((folder) => folder && isRunnable(join(folder, name)))),
  );

/** The words before a command that needs root: none, `sudo -n`, or null when there is no way. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0 ? ["sudo", "-n"] : null;
}

function run(prefix, command) {
  // The maintainer scripts would start the services: RUNLEVEL=1 tells them that this is no time for that.
  const words = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", ...command];
  console.log(`$ ${command.join(" ")}`);
  return spawnSync(words[0], words.slice(1), { stdio: "inherit" }).status === 0;
}

function giveUp(missing) {
  const names = missing.map(({ name }) => name).join(", ");
  const packages = missing.flatMap((service) => service.packages).join(" ");
  console.error(
    `The tests run against real programs, and this machine lacks ${names}. ` +
      `On Debian or Ubuntu: sudo apt-get install -y --no-install-recommends ${packages}. Elsewhere: install them with its own package manager.`,
  );
  process.exit(1);
}

const missing = findMissing();
if (missing.length > 0) {
  const prefix = existsSync("/etc/debian_version") ? rootPrefix() : null;
  if (prefix === null) giveUp(missing);
  console.log(`Installing what the tests run against: ${missing.map(({ name }) => name).join(", ")}.`);
  const packages = missing.flatMap((service) => service.packages);
  run(prefix, ["apt-get", "update"]);
  run(prefix, ["apt-get", "install", "-y", "--no-install-recommends", ...packages]);
  const still = findMissing();
  if (still.length > 0) giveUp(still);
}
