// Targets in the configuration: each one's service and place. Pure.

import type { Target } from "../deploy/order.ts";
import type { Configuration, PlaceConfiguration, ServiceConfiguration } from "./schema.ts";

/** The target must be one of the configuration's own. */
export function configured(
  { services }: Configuration,
  { service: name, environment }: Target,
): { service: ServiceConfiguration; place: PlaceConfiguration } {
  const service = services[name];
  const place = service?.environments[environment];
  if (!service || !place) throw new Error(`no such target: ${name} in ${environment}`);
  return { service, place };
}

export function targetsOf({ services }: Configuration): Target[] {
  return Object.entries(services).flatMap(([service, { environments }]) =>
    Object.keys(environments).map((environment) => ({ service, environment })),
  );
}
