// Tells a deploy's story to a test: runs it, holds it to the invariants, and reads off what matters.

import type { Order } from "../../src/deploy/order.ts";
import { anOrder, NEW } from "../support/build.ts";
import { expectInvariants } from "./invariants.ts";
import { type Script, type Story, simulate } from "./simulator.ts";

export const tell = (script: Partial<Script> & { with?: Partial<Order> } = {}): Story => {
  const story = simulate({ ...script, order: anOrder(script.with) });
  expectInvariants(story);
  return story;
};

export const outcomeOf = ({ deploy }: Story) => (deploy.stage === "ended" ? deploy.outcome : deploy.stage);
export const reasonOf = ({ deploy }: Story) => (deploy.stage === "ended" ? deploy.why : null);
export const running = ({ world }: Story) =>
  [...world.values()].map(({ current }) => (current === NEW.name ? "new" : "old"));
export const switches = ({ facts }: Story) =>
  facts.flatMap((fact) => (fact.kind === "switching" ? [`${fact.host} ${fact.phase}`] : []));
export const kinds = ({ facts }: Story) => facts.map(({ kind }) => kind);
