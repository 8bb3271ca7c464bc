import { createBell } from "../../base/bell.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import { type BringBack, createBringBack, stopsAll } from "../recovery/bring-back.ts";

/** Takes over what the province has settled for in the place of certificates of this node that were decided against. */
export interface FollowSettled {
  /** Certificates whose settled record is to be brought here, all of them: each comparison with the province tells them again. */
  take(identifiers: readonly string[]): void;
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Creates what follows the province's decisions. One certificate that cannot be taken over stops none of the others, is logged once for each
 * reason, and is tried again when it is told again; where province or issue service are away, all wait for that. `bring` is for tests.
 */
export function createFollowSettled(runtime: Runtime, province: string, bring?: BringBack): FollowSettled {
  const { log } = runtime;
  const bell = createBell();
  /** Why, by identifier, one could not be taken over when it was tried last. */
  const told = new Map<string, string>();
  let wanted: readonly string[] = [];

  function tell(identifier: string, { reason, message }: Refusal): void {
    if (told.get(identifier) === reason) return;
    told.set(identifier, reason);
    log.warn({ identifier, reason, cause: message }, "what the province has settled for cannot be taken over yet");
  }

  async function follow(bringBack: BringBack, signal: AbortSignal): Promise<void> {
    const list = wanted;
    wanted = [];
    for (const known of told.keys()) if (!list.includes(known)) told.delete(known);
    for (const identifier of list) {
      if (signal.aborted) return;
      try {
        if (await bringBack(identifier, { dryRun: false }))
          log.info({ identifier }, "what the province has settled for was taken over");
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Refusal)) throw error;
        tell(identifier, error);
        if (stopsAll(error)) return;
      }
    }
  }

  return {
    take(identifiers) {
      wanted = identifiers;
      if (identifiers.length > 0) bell.ring();
    },
    async run(signal) {
      const bringBack = bring ?? createBringBack(runtime, province, signal);
      while (!signal.aborted) {
        await bell.wait(60_000, signal);
        await follow(bringBack, signal);
      }
    },
  };
}
