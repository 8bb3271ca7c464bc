import { Refusal } from "../../services/domain/refusal.ts";
import { progress } from "./arguments.ts";

/** What a command has begun, so that it can be taken back. */
export interface Begun {
  /** Notes what is about to be done, and how it is taken back, whether or not it came to an end. `what` is told to people. */
  doing(what: string, undo: () => void | Promise<void>): void;
  /** Between two steps. Throws `CANCELLED` where a signal has asked the command to stop. */
  goOn(): void;
  /**
   * Takes everything back, the newest first, and tells what. What cannot be taken back stays with all that was done before it, so that the
   * same command can go on from there.
   */
  takeBack(): Promise<void>;
  /** Signals end the process again. */
  end(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Begins. From now on signals do not end the process: it stops between two steps. */
export function begin(): Begun {
  const done: { what: string; undo: () => void | Promise<void> }[] = [];
  let asked: string | undefined;
  const stop = (signal: string) => {
    asked = signal;
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return {
    doing: (what, undo) => void done.push({ what, undo }),
    goOn() {
      if (asked !== undefined) throw new Refusal("CANCELLED", `${asked}: stopped before the end`);
    },
    async takeBack() {
      for (const { what, undo } of done.splice(0).reverse()) {
        try {
          await undo();
          progress(`taken back: ${what}`);
        } catch (error) {
          progress(
            `LEFT: ${what}: ${(error as Error).message}. What was made before it stays too: run the same again to go on`,
          );
          return;
        }
      }
    },
    end() {
      for (const signal of SIGNALS) process.off(signal, stop);
    },
  };
}
