// The one message of a deploy that changes in place: who, what, where, how far, the links, and the buttons that make sense now. Pure.

import { count, duration, names, shortened } from "../chat/sentences/amounts.ts";
import { person, stateSentence, stateWord } from "../chat/sentences/deploy.ts";
import { onlyOn } from "../chat/sentences/whichHosts.ts";
import { bold, clock, code, link, plain, type Text, t } from "../chat/text.ts";
import type { Deploy, Stage } from "../deploy/fold.ts";
import { madeAt, shortSha } from "../deploy/releases.ts";
import { buttonsFor } from "./buttons.ts";
import { compareLink, dashboardLink } from "./links.ts";
import { dotted, type Message, type Part } from "./message.ts";
import { progress } from "./progress.ts";

const URGENT = new Set<Stage>(["asking", "broken", "rollingBack", "ended"]);
const MOST_OF_SUBJECT = 120;

export function rootMessage(deploy: Deploy): Message {
  const { order } = deploy;
  const { service, environment } = order.target;
  const sha = shortSha(order.release.commit.sha);
  const verb = order.kind === "rollback" ? "Rollback" : "Deploy";
  const only = onlyOn(order);
  const heading = `${verb} of ${service} to ${environment}: ${stateWord(deploy)}`;
  const facts = [
    ...(only === null ? [] : [{ label: "Only", value: t`${only}` }]),
    { label: "Commit", value: commitLine(deploy) },
    { label: "Changes", value: changesLine(deploy) },
    ...progress(deploy),
  ];
  const buttons = buttonsFor(deploy);
  const parts: Part[] = [
    { part: "heading", text: heading },
    { part: "text", text: stateSentence(deploy) },
    { part: "facts", facts },
    { part: "note", text: linksLine(deploy) },
    ...(buttons.length > 0 ? [{ part: "buttons" as const, buttons }] : []),
  ];
  const far = progress(deploy).map(({ label, value }) => `${label}: ${plain(value).replace(/^[▰▱]+ /, "")}.`);
  const by = person(order.by);
  return {
    summary: t`${verb} of ${service} ${code(sha)} to ${environment} ${only === null ? "" : `${only}, `}by ${by}: ${stateWord(deploy)}. ${stateSentence(deploy)} ${far.join(" ")}`,
    parts,
    ...(URGENT.has(deploy.stage) ? { urgent: true } : {}),
  };
}

/** What of the message is worth a new one where it can no longer be changed: the heading, and what may be pressed. */
export function headline({ parts }: Message): string {
  const words = parts.flatMap((one) => {
    if (one.part === "heading") return one.text;
    return one.part === "buttons" ? one.buttons.map(({ label }) => label) : [];
  });
  return words.join(" | ");
}

function commitLine({ order, startedAt }: Deploy): Text {
  const { sha, subject, author } = order.release.commit;
  const ref = sha.startsWith(order.ref) ? "" : ` (${order.ref})`;
  const made = order.kind === "rollback" ? madeAt(order.release.name) : null;
  // How old it was when the way back began: what people see must not change with the clock.
  const age = made === null ? "" : `, made ${duration(startedAt - made)} before`;
  return t`${code(shortSha(sha))}${ref} ${bold(shortened(subject, MOST_OF_SUBJECT) || "(no subject)")}, by ${author}${age}`;
}

/** The range against what runs there now, how many commits, and whose. */
function changesLine(deploy: Deploy): Text {
  const { previous, changes, order } = deploy;
  if (previous === null)
    return !deploy.compared ? t`looking at what runs there now` : t`nothing runs there yet: this is the first deploy`;
  if (previous.commit === null) return t`${code(previous.name)} runs there now; which commit that is, is not known`;
  const range = `${shortSha(previous.commit.sha)}…${shortSha(order.release.commit.sha)}`;
  const url = compareLink(deploy);
  const shown = url ? link(url, range) : code(range);
  if (changes === null) return t`${shown}; what lies between could not be read`;
  if (changes.ahead === 0 && changes.behind === 0) return t`${shown}, the same commit again`;
  const ahead = changes.ahead > 0 ? count(changes.ahead, "commit") : "";
  const behind = changes.behind > 0 ? `goes back ${count(changes.behind, "commit")}` : "";
  const by = changes.authors.length > 0 ? ` by ${names(changes.authors)}` : "";
  return t`${shown}, ${[ahead, behind].filter(Boolean).join(", and ")}${by}`;
}

function linksLine(deploy: Deploy): Text {
  const { order, startedAt } = deploy;
  const dashboard = dashboardLink(deploy);
  const { runbook } = order.links;
  const when =
    deploy.stage === "ended" ? t`from ${clock(startedAt)} to ${clock(deploy.endedAt)}` : t`since ${clock(startedAt)}`;
  return dotted([
    t`Asked for by ${person(order.by)}, ${when}`,
    dashboard ? t`${link(dashboard, deploy.stage === "ended" ? "Dashboard of this deploy" : "Dashboard, live")}` : t``,
    runbook ? t`${link(runbook, "Runbook")}` : t``,
    order.onCall?.name ? t`On call: ${order.onCall.name}` : t``,
    t`deploy ${code(order.deploy)}`,
  ]);
}
