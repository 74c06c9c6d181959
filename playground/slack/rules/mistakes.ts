// Collects what is wrong with an argument, each with a JSON pointer to the place, in the form in which Slack lists it.

import { type Fields, isFields, list } from "../json.ts";

export class Mistakes {
  readonly found: string[] = [];

  add(path: string, what: string): void {
    this.found.push(`${what} [json-pointer:${path}]`);
  }

  /** A string of `least` to `most` characters. False when it isn't. */
  string(path: string, value: unknown, most: number, least = 1): boolean {
    if (typeof value !== "string") {
      this.add(path, value === undefined ? "missing required field" : "must be a string");
      return false;
    }
    if (value.length > most) this.add(path, `must be less than ${most + 1} characters`);
    if (value.length < least) this.add(path, `must be more than ${least - 1} characters`);
    return value.length <= most && value.length >= least;
  }

  optionalString(path: string, value: unknown, most: number): void {
    if (value !== undefined) this.string(path, value, most, 0);
  }

  /** The entries of a list of `least` to `most`; empty when it isn't one. */
  items(path: string, value: unknown, [least, most]: [number, number]): unknown[] {
    if (!Array.isArray(value)) this.add(path, value === undefined ? "missing required field" : "must be an array");
    else if (value.length > most) this.add(path, `no more than ${most} items allowed`);
    else if (value.length < least) this.add(path, `no less than ${least} items required`);
    return list(value);
  }

  object(path: string, value: unknown): value is Fields {
    if (isFields(value)) return true;
    this.add(path, value === undefined ? "missing required field" : "must be an object");
    return false;
  }

  /** Names other fields than these. */
  only(path: string, value: Fields, allowed: string[]): void {
    for (const name of Object.keys(value)) {
      if (!allowed.includes(name)) this.add(path, `invalid additional property: ${name}`);
    }
  }

  url(path: string, value: unknown, most = 3000): void {
    if (this.string(path, value, most) && !/^[a-z][a-z0-9+.-]*:\S+$/i.test(String(value)))
      this.add(path, "must be a valid URL");
  }
}
