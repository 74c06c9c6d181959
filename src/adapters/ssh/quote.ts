// How values reach a remote shell: each one a single-quoted word behind a program that never changes. Knows no meaning of any value.

/** One word of a POSIX shell that stands for exactly this value. The value must not hold a NUL character. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** The beginning of a command line that runs `program`; what follows are its words. */
export function opening(program: string): string {
  return `sh -c ${quoted(program)} lockstep `;
}

/** What a program is given as `$1`, `$2` and so on. */
export function words(values: readonly string[]): string {
  return values.map(quoted).join(" ");
}
