// How values reach a remote shell: each one a single-quoted word behind a program that never changes. Knows no meaning of any value.

/** One word of a POSIX shell that stands for exactly this value. The value must not hold a NUL character. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** The command line that runs `program` with `values` as `$1`, `$2` and so on. */
export function commandLine(program: string, values: string[]): string {
  return ["sh", "-c", quoted(program), "lockstep", ...values.map(quoted)].join(" ");
}
