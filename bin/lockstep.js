#!/usr/bin/env node
// The `lockstep` command: registers the TypeScript loader and hands over to src/cli.ts. Knows nothing else.
import { register } from "tsx/esm/api";

register();
await import("../src/cli.ts");
