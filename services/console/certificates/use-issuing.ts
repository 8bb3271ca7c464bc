import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useEffect, useRef, useState } from "react";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { type HeldConfirmation, issueAll, type Outcome, type RunParts, type Step, type ToIssue } from "./issue-run.ts";

/** Issuing certificates from a page: where it stands, what came of each, and how it is begun and stopped. */
export interface Issuing {
  readonly step: Step;
  /** By identifier. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Whether something is under way, so that it is not begun again. */
  readonly busy: boolean;
  /** When the first one was begun, milliseconds of the clock that nobody sets; 0 before. */
  readonly begunAt: number;
  /** Begins, or goes on with those that are not issued, by the same confirmation where it is still good. */
  begin(rows: readonly ToIssue[], look: Pick<RunParts, "shown" | "allShown">): void;
  /** Asks for no more: the one that is under way is still issued. */
  stop(): void;
}

/** Makes it for a page, which takes nothing further up when it is left. `changed` is told when a run has ended. */
export function useIssuing(changed?: () => unknown): Issuing {
  const issue = createClient(IssueService, useTransport());
  const [step, setStep] = useState<Step>({ at: "idle" });
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [begunAt, setBegunAt] = useState(0);
  const held = useRef<HeldConfirmation>(undefined);
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);
  const busy = step.at === "preparing" || step.at === "touch" || step.at === "issuing";
  return {
    ...{ step, outcomes, busy, begunAt },
    async begin(rows, look) {
      if (busy) return;
      const stop = new AbortController();
      stopping.current = stop;
      held.current = await issueAll(rows, held.current, {
        ...{ issue, signal: stop.signal, ...look },
        step(next) {
          if (next.at === "issuing") setBegunAt(performance.now());
          setStep(next);
        },
        outcome: (identifier, outcome) => setOutcomes((before) => new Map(before).set(identifier, outcome)),
      });
      changed?.();
    },
    stop: () => stopping.current?.abort(),
  };
}
