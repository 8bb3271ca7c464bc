import type { Reason } from "../domain/reason.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Place } from "./options.ts";

/** Reasons with which a core says that it cannot serve, whatever it is asked. */
const OWN: ReadonlySet<Reason> = new Set<Reason>(["STORE_AWAY", "STORE_FULL"]);

/** A time shorter than this says nothing of a core that did not keep it, milliseconds. */
const FAIR_MS = 1_000;

/**
 * Tells what a refusal says is away: the `side` that was asked, something else (`another` node that
 * it needed for this one question, one replica of several), or nothing. A
 * core names the node that is away in the metadata of its refusal, and the connector the address that it could not reach.
 */
export function whatIsAway(
  { reason, metadata }: Refusal,
  side: Place | undefined,
  homeNode: string,
  givenMs: number,
): "side" | "another" | undefined {
  const { node, address, others, timeout_ms: ownTimeout } = metadata;
  const elsewhere = node !== undefined && (side === "standBy" ? false : node !== homeNode);
  if (OWN.has(reason)) return elsewhere ? "another" : "side";
  if (reason === "PEER_AWAY") {
    if (address !== undefined) return others === undefined ? "side" : "another";
    return node === homeNode && side === "home" ? "side" : "another";
  }
  if (reason !== "DEADLINE_EXCEEDED") return undefined;
  if (elsewhere) return "another";
  return ownTimeout === undefined || givenMs >= FAIR_MS ? "side" : undefined;
}
