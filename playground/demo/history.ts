// The story of the demo service's repository: which commits there are, in words. What they change lies below `history/`,
// one folder a commit, holding each file it touches as it is after it. Knows no git.

export interface DemoCommit {
  /** Below `history/`. */
  folder: string;
  subject: string;
  body?: string;
  author: string;
  /** When it was committed, counted from the first commit. */
  afterHours: number;
}

/** Oldest first. */
export const mainCommits: DemoCommit[] = [
  { folder: "main/1-start", subject: "Start the web service", author: "you", afterHours: 0 },
  { folder: "main/2-unknown-pages", subject: "Answer 404 for unknown pages", author: "teammate", afterHours: 3 },
  { folder: "main/3-search-any-case", subject: "Search without regard to case", author: "you", afterHours: 22 },
  {
    folder: "main/4-long-searches",
    subject: "Refuse searches longer than 100 characters",
    author: "on-call",
    afterHours: 26,
  },
  {
    folder: "main/5-jobs-in-flight",
    subject: "Finish jobs in flight before stopping",
    body: "A restart used to lose the jobs that were being worked on.",
    author: "teammate",
    afterHours: 49,
  },
  {
    folder: "main/6-browsers-remember",
    subject: "Let browsers keep search results for a minute",
    author: "you",
    afterHours: 52,
  },
  { folder: "main/7-two-decimals", subject: "Show prices with two decimals", author: "teammate", afterHours: 73 },
  { folder: "main/8-exact-matches-first", subject: "Show exact matches first", author: "you", afterHours: 94 },
];

/** Each is one commit on top of `main`. */
export const branchCommits: Record<BranchName, DemoCommit> = {
  "good-change": {
    folder: "branches/good-change",
    subject: "Say how many products a search found",
    author: "teammate",
    afterHours: 95,
  },
  "breaks-jobs": {
    folder: "branches/breaks-jobs",
    subject: "Batch job acknowledgements",
    body: "One acknowledgement for fifty jobs saves most of the round trips to the queue.",
    author: "teammate",
    afterHours: 96,
  },
  "slow-search": {
    folder: "branches/slow-search",
    subject: "Show the stock of each product in the search",
    author: "you",
    afterHours: 97,
  },
  "failing-search": {
    folder: "branches/failing-search",
    subject: "Put the price of shipping into the search",
    author: "teammate",
    afterHours: 97,
  },
  "does-not-start": {
    folder: "branches/does-not-start",
    subject: "Read settings from a file for each environment",
    author: "on-call",
    afterHours: 98,
  },
};

export type BranchName = "good-change" | "breaks-jobs" | "slow-search" | "failing-search" | "does-not-start";
