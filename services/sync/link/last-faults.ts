/** A fault of a link that was seen. */
export interface SeenFault {
  /** As `Link.stream_fault` tells it. */
  text: string;
  /** RFC 3339. */
  since: string;
  /** When it was seen last, RFC 3339. */
  seen: string;
}

/** What stood in the way of each link last, since the process began: what is mended is asked about afterwards. */
export interface LastFaults {
  /** Takes what stands in a link's way now, empty for nothing, and tells what did last. Another case of the same reason goes on with that fault. */
  note(node: string, text: string): SeenFault | undefined;
}

/** Creates the memory of faults; it holds one for each peer. */
export function createLastFaults(now: () => Date): LastFaults {
  const last = new Map<string, SeenFault & { lasts: boolean }>();
  return {
    note(node, text) {
      const before = last.get(node);
      const at = now().toISOString();
      if (text !== "") {
        const goesOn = before?.lasts && reasonIn(before.text) === reasonIn(text);
        last.set(node, { text, since: goesOn ? before.since : at, seen: at, lasts: true });
      } else if (before) before.lasts = false;
      const told = last.get(node);
      return told && { text: told.text, since: told.since, seen: told.seen };
    },
  };
}

/** The reason that a fault of a stream begins with. */
export function reasonIn(fault: string): string {
  return /^[A-Z_]+(?=:)/.exec(fault)?.[0] ?? "PEER_AWAY";
}
