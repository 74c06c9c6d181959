// How often something that failed on a host is tried again, and how long to wait in between. Numbers only.

/** Looks at a host whose state is unknown before it counts as lost. */
export const LOOK_ATTEMPTS = 3;
/** Switches of one host that may end in nobody knowing, before it counts as failed. */
export const UNKNOWN_SWITCHES = 3;
/** Times a host is told to go back before it is named as stuck. */
export const PUT_BACK_ATTEMPTS = 4;
/** Troubles that another look will not mend: somebody has to do something first. */
export const FINAL_TROUBLES: ReadonlySet<string> = new Set(["unknownHostKey", "wrongHostKey", "noLogin", "notSsh"]);
/** What may be over in a moment: a host that failed so is tried again, as often as its order says. A full disk or a refused key is for a person to mend. */
export const PASSING_TROUBLES: ReadonlySet<string> = new Set([
  "refused",
  "unreachable",
  "gatewayDown",
  "uploadFailed",
  "timedOut",
  "connectionLost",
  "prepareFailed",
  "restartFailed",
  "unhealthy",
]);
/** Pause before the same host is tried again. */
export const RETRY_AFTER_MS = 3_000;
