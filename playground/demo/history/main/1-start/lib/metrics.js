// Counts and times what happens, and sends it to DogStatsD twice a second.

import { createSocket } from "node:dgram";
import { settings } from "./settings.js";

const tags = ["service:web", `env:${settings.environment}`, `host:${settings.host}`, `version:${settings.version}`];
const flushMs = 500;
const packetBytes = 1400;

const counts = new Map();
const gauges = new Map();
let samples = [];

/** Adds to a count. A count that was named once is sent for ever, zeros too: nothing done is not the same as no data. */
export function count(name, by, ...moreTags) {
  const key = [name, ...moreTags].join(" ");
  const known = counts.get(key);
  if (known) known.value += by;
  else counts.set(key, { name, value: by, moreTags });
}

/** What `read` returns is sent each time. */
export function gauge(name, read) {
  gauges.set(name, read);
}

/** One value of a distribution. */
export function sample(name, value) {
  samples.push(`${name}:${value.toFixed(2)}|h|#${tags.join(",")}`);
}

export function startMetrics() {
  if (settings.statsd === null) return;
  const socket = createSocket("udp4");
  socket.on("error", () => {}); // nobody listens: metrics are lost, the service is not
  gauge("web.up", () => 1);
  setInterval(() => {
    for (const packet of packets(lines())) socket.send(packet, settings.statsd.port, settings.statsd.address);
  }, flushMs);
}

function lines() {
  const all = samples;
  samples = [];
  for (const one of counts.values()) {
    all.push(`${one.name}:${one.value}|c|#${[...tags, ...one.moreTags].join(",")}`);
    one.value = 0;
  }
  for (const [name, read] of gauges) all.push(`${name}:${read()}|g|#${tags.join(",")}`);
  return all;
}

function* packets(all) {
  let packet = "";
  for (const line of all) {
    if (packet !== "" && packet.length + line.length + 1 > packetBytes) {
      yield packet;
      packet = "";
    }
    packet += packet === "" ? line : `\n${line}`;
  }
  if (packet !== "") yield packet;
}
