import { type CallRate, createCallLimit } from "../../call/chain/call-limit.ts";
import type { CallContext } from "../../call/chain/service.ts";

/** Bundles, and registers, that an address, and all together, may fetch from one process: each is megabytes. */
export const DOWNLOADS: CallRate = { perAddress: 10, perProcess: 120, counted: "downloads" };

/** Limits who fetches what is published for everybody; other nodes and services of this one prove who they are and are let through. */
export function createDownloadLimit(monotonic: () => number): (call: Pick<CallContext, "caller" | "address">) => void {
  const limit = createCallLimit(monotonic, DOWNLOADS);
  return ({ caller, address }) => {
    if (caller.kind === "public") limit.admit(address);
  };
}
