import type { Runtime } from "../../node/runtime.ts";

/** An event whose number was used for another, or that does not follow from the one before. */
export interface ForkedEvent {
  number: number;
  /** Digests of the event before and of this one. */
  previous: string;
  digest: string;
  key: string;
}

/** Forks that are told once each; those beyond are only counted: a peer could go on for ever. */
export const FORKS_TOLD = 10_000;

/**
 * Creates what tells of a peer's events that do not fit the numbers of before: by metric, log and evidence, and to `forked`, once for each
 * event, though it is sent again and again. Beyond {@link FORKS_TOLD} since the process began every arrival is counted by the metric
 * alone, which the last line of the log says.
 */
export function createEventForks(
  { metrics, log, evidence }: Pick<Runtime, "metrics" | "log" | "evidence">,
  peer: string,
  forked: () => void,
): { tell(event: ForkedEvent): Promise<void> } {
  const told = new Set<string>();
  return {
    async tell({ number, previous, digest, key }) {
      if (told.has(digest)) return;
      metrics.count("event_forks", { peer });
      if (told.size >= FORKS_TOLD) return;
      told.add(digest);
      forked();
      const place = { peer, number, previous };
      log.error({ ...place, key }, "an event does not fit the numbers of before: the peer has two histories");
      try {
        await evidence.append("event-fork", { ...place, digest });
      } catch (error) {
        told.delete(digest);
        throw error;
      }
      if (told.size === FORKS_TOLD) log.error({ peer, told: FORKS_TOLD }, "further such events are only counted");
    },
  };
}
