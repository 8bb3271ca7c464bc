import { pause } from "../../base/pause.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Logger } from "../../host/log.ts";
import type { MarkState } from "./change-mark.ts";

/** Longest that a service holds the question back, milliseconds; a change is told at once. */
const WAIT_MS = 700;
/** A service that says nothing for this long is given up and asked again, milliseconds. */
const PATIENCE_MS = 1_500;
/** How long a mark counts after the question was sent whose answer told it, milliseconds: behind it nothing that was kept is used. */
export const ALIVE_MS = 2_000;
/** Pause after a failure, and after the answer of a service that knows no such question, which is older than this process; milliseconds. */
const PAUSE_MS = 200;
const UNKNOWN_PAUSE_MS = 60_000;
/** A mark that nobody asked for so long is not followed on, milliseconds. */
const IDLE_MS = 60_000;

/** A mark as it was told last, while that still counts. */
export interface LiveMark extends MarkState {
  /** It was the mark at that time or later, milliseconds of the process. */
  asOf: number;
  /** Another number whenever another mark was told, also where a former one comes back. */
  epoch: number;
}

/** The mark of another service, as it tells it. */
export interface FollowedMark {
  /** `undefined`: the service was not heard lately, or something is being changed. Nothing that was kept counts then. Whoever asks has the mark followed. */
  current(): LiveMark | undefined;
}

/** What {@link followMark} needs. */
export interface FollowedMarkParts {
  /** Asks for the mark; waits up to `waitMs` for another one than the known one. */
  ask(
    question: { knownMark: string; waitMs: number },
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<MarkState>;
  monotonic(): number;
  log: Pick<Logger, "warn">;
  signal: AbortSignal;
  /** Whose mark it is, for the log. */
  service: string;
}

/**
 * Follows the mark of another service by long poll, from the first time that somebody asks for it on. A mark counts from when its question
 * was sent, not from when the answer came: a process that stood still, or an answer that was long on its way, makes nothing younger than it is.
 */
export function followMark({ ask, monotonic, log, signal, service }: FollowedMarkParts): FollowedMark {
  let told: LiveMark | undefined;
  let following = false;
  let usedAt = 0;

  async function follow(): Promise<void> {
    let failed = false;
    while (!signal.aborted && monotonic() - usedAt < IDLE_MS) {
      const asOf = monotonic();
      const question = { knownMark: told?.mark ?? "", waitMs: told ? WAIT_MS : 0 };
      try {
        const { mark, settled } = await ask(question, { timeoutMs: PATIENCE_MS, signal });
        const epoch = told ? told.epoch + (told.mark === mark ? 0 : 1) : 1;
        told = { mark, settled, asOf, epoch };
        failed = false;
      } catch (error) {
        if (signal.aborted) break;
        const unknown = error instanceof Refusal && error.reason === "UNIMPLEMENTED";
        if (!failed)
          log.warn({ service, error: String(error) }, "changes are not told: whatever rests on them is asked anew");
        failed = true;
        await pause(unknown ? UNKNOWN_PAUSE_MS : PAUSE_MS, signal, { ref: false });
      }
    }
    following = false;
  }

  return {
    current() {
      usedAt = monotonic();
      if (!following) {
        following = true;
        void follow();
      }
      return told && told.mark !== "" && usedAt - told.asOf < ALIVE_MS ? told : undefined;
    },
  };
}
