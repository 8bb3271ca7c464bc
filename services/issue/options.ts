import { availableParallelism } from "node:os";
import type { Step } from "./context.ts";

/** What tests of the issue service may set. */
export interface IssueOptions {
  /** Called behind each durable step; see {@link IssueContext.passed}. */
  passed: (step: Step) => void;
  /** Threads that draw faces; 0: none, for tests. */
  renderThreads: number;
  /** How long an order waits for its agent where the service has just started; see `agents/signing.ts`. Absent: as long as that says. */
  agentWaitMs?: number;
}

/** What a deployment gets: threads, one less than the host has processors, at least 1, at most 8. */
export const DEFAULT_ISSUE_OPTIONS: IssueOptions = {
  passed: () => {},
  renderThreads: Math.min(Math.max(availableParallelism() - 1, 1), 8),
};
