// The words behind `lockstep export` and `lockstep import`, taken apart. Knows no file and no store.

import { parseArgs } from "node:util";
import { type Read, reading } from "../check/words.ts";

export interface ExportWords {
  /** A path; standard output when left out. */
  out: string | undefined;
  help: boolean;
}

export interface ImportWords {
  /** A path; standard input when left out, or `-`. */
  file: string | undefined;
  help: boolean;
}

const help = { type: "boolean", default: false, short: "h" } as const;
const exportOptions = { out: { type: "string" }, help } as const;
const importOptions = { help } as const;

export function readExportWords(args: string[]): Read<ExportWords> {
  return reading(exportOptions, () => {
    const { values, positionals } = parseArgs({ args, options: exportOptions, allowPositionals: true });
    // Written where nobody looks for it, a backup is none.
    if (positionals.length > 0) return unwanted(positionals);
    return { ok: true, words: { out: values.out, help: values.help } };
  });
}

export function readImportWords(args: string[]): Read<ImportWords> {
  return reading(importOptions, () => {
    const { values, positionals } = parseArgs({ args, options: importOptions, allowPositionals: true });
    if (positionals.length > 1) return unwanted(positionals.slice(1));
    const [file] = positionals;
    return { ok: true, words: { file: file === "-" ? undefined : file, help: values.help } };
  });
}

function unwanted(words: string[]): Read<never> {
  return { ok: false, mistake: { kind: "unwantedWords", words } };
}
