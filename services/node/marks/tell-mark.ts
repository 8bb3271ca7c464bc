import type { CallContext } from "../../call/chain/service.ts";
import type { ChangeMark, MarkState } from "./change-mark.ts";
import { LOOK_MS } from "./change-mark.ts";

/**
 * Answers a question for a mark: at once where it is another than the known one, else when it becomes so, at the latest after `waitMs`. `told` is looked at
 * again by itself, for what other processes raised and for what goes with time.
 */
export async function tellMark(
  { told, mark, ended }: { told(): Promise<MarkState>; mark: Pick<ChangeMark, "wait" | "turn">; ended: AbortSignal },
  { knownMark, waitMs }: { knownMark: string; waitMs: number },
  call: Pick<CallContext, "signal">,
): Promise<MarkState> {
  const gone = AbortSignal.any([call.signal, ended]);
  const until = performance.now() + waitMs;
  for (;;) {
    const { turn } = mark;
    const state = await told();
    const left = until - performance.now();
    if (state.mark !== knownMark || left <= 0 || gone.aborted) return state;
    await mark.wait(turn, Math.min(left, LOOK_MS), gone);
  }
}
