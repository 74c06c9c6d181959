// The buttons under a deploy's message: what a person may say to it now. Pure.

import { shortened } from "../chat/sentences/amounts.ts";
import { hostList } from "../chat/sentences/hostList.ts";
import { askedOrder } from "../deploy/between.ts";
import type { Deploy } from "../deploy/fold.ts";
import { momentOf } from "../deploy/moments.ts";
import { shortSha } from "../deploy/releases.ts";
import { type Wish, wishesAt } from "../deploy/rules.ts";
import type { Button } from "./message.ts";

export function buttonsFor(deploy: Deploy): Button[] {
  const wishes = wishesAt(deploy).map((wish) => buttonFor(deploy, wish));
  return canGoBack(deploy) ? [...wishes, goBackButton(deploy)] : wishes;
}

/** What went out can be taken back, also when it did not reach every host; the command looks again whether it still is what runs there. */
function canGoBack(deploy: Deploy): boolean {
  return (
    deploy.stage === "ended" &&
    (deploy.outcome === "deployed" || (deploy.outcome === "incomplete" && deploy.why === null)) &&
    deploy.order.kind === "deploy" &&
    deploy.previous?.commit != null
  );
}

function buttonFor(deploy: Deploy, wish: Wish): Button {
  const { order } = deploy;
  const { service, environment } = order.target;
  const canary = hostList(askedOrder(deploy).canary.map(({ name }) => name));
  const base = { action: `wish:${wish}`, value: `${order.deploy} ${momentOf(deploy)}`.trim() };
  switch (wish) {
    case "abort":
      return {
        ...base,
        label: `Abort deploy of ${service}`,
        style: "danger",
        confirm: {
          title: `Abort the deploy of ${service}?`,
          text: `Hosts that already have the new release go back to what they ran, and the deploy's lock is free again.`,
          yes: "Abort",
          no: "Let it run",
        },
      };
    case "promote":
      return {
        ...base,
        label: "Promote now",
        style: deploy.stage === "asking" ? "plain" : "primary",
        confirm: {
          title: `Promote ${service} without waiting?`,
          text: `${order.partial ? "The other chosen hosts get it" : `The whole fleet of ${environment} gets it`}, before the checks have said that ${deploy.bakes === 0 ? "the canary" : "the new release"} is well on ${canary}. It is recorded under your name.`,
          yes: "Promote",
          no: "Wait for the checks",
        },
      };
    case "retry": {
      const { label, text } = RETRY[retryOf(deploy)];
      return {
        ...base,
        label,
        style: "primary",
        confirm: { title: "Try again?", text, yes: "Try again", no: "Not now" },
      };
    }
    case "rollBack":
      return {
        ...base,
        label: `Roll back ${service}`,
        style: "danger",
        confirm: {
          title: `Roll back ${service}?`,
          text: "Every host that has the new release goes back to what it ran before.",
          yes: "Roll back",
          no: "Keep it",
        },
      };
  }
}

const RETRY = {
  bake: { label: "Bake once more", text: "The canary stays out and is measured over a new bake." },
  hosts: { label: "Try the failed hosts again", text: "The hosts that failed are looked at and switched again." },
  wayBack: {
    label: "Try the way back again",
    text: "The hosts that are not back yet are looked at and switched again.",
  },
};

function retryOf(deploy: Deploy): keyof typeof RETRY {
  if (deploy.stage === "broken") return "wayBack";
  return deploy.stage === "asking" && deploy.about === "hosts" ? "hosts" : "bake";
}

function goBackButton({ order, previous }: Deploy): Button {
  const { service, environment } = order.target;
  const to = previous?.commit
    ? `${shortSha(previous.commit.sha)} (${previous.commit.subject})`
    : (previous?.name ?? "the release before");
  return {
    action: "wish:rollBack",
    value: order.deploy,
    label: `Roll back ${service}`,
    style: "danger",
    confirm: {
      title: `Roll back ${service}?`,
      text: order.partial
        ? `The hosts that this deploy was on go back to what the others in ${environment} run.`
        : `All hosts of ${environment} go back to ${shortened(to, 180)}.`,
      yes: "Roll back",
      no: "Keep it",
    },
  };
}
