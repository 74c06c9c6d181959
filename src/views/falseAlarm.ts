// The button under a check that failed, or that would have stopped the deploy: somebody who knows better says so. Pure.

import { isAlarm } from "../canary/soft.ts";
import type { CheckResult } from "../canary/verdict.ts";
import { carried } from "../chat/presses/press.ts";
import { shortened } from "../chat/sentences/amounts.ts";
import type { Order } from "../deploy/order.ts";
import type { Part } from "./message.ts";

const MOST_OF_NAME = 40;

export function falseAlarmParts({ deploy, target }: Order, result: CheckResult): Part[] {
  if (!isAlarm(result)) return [];
  const { check } = result;
  const name = shortened(check, MOST_OF_NAME);
  const button = {
    action: "check:falseAlarm",
    value: carried({ deploy, check }),
    label: `False alarm: ${name}`,
    style: "plain" as const,
    confirm: {
      title: `Was ${name} a false alarm?`,
      text: `It goes on the record of the check under your name: "/canary stats ${target.service} ${target.environment}" counts it. Nothing changes for this deploy.`,
      yes: "It was a false alarm",
      no: "No",
    },
  };
  return [{ part: "buttons", buttons: [button] }];
}
