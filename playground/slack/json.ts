// Careful looks into JSON of unknown shape. Knows nothing of Slack.

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object, an empty one when it is something else. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The value as a list, an empty one when it is something else. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text; numbers and booleans as they are written, everything else as "". */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** True for `true`, "true" and "1": form bodies carry no booleans. */
export function yes(value: unknown): boolean {
  return value === true || value === "true" || value === "1" || value === 1;
}

/** Parsed JSON, or undefined when it isn't JSON. */
export function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
