import { type CallLimit, type CallRate, createCallLimit } from "../../call/chain/call-limit.ts";

/** Verifications of every kind that an address, and all together, may ask one process for. */
export const VERIFICATIONS: CallRate = { perAddress: 30, perProcess: 600, counted: "verifications" };

/** The one limit of all that anybody may have verified. */
export const limitVerifications = (monotonic: () => number): CallLimit => createCallLimit(monotonic, VERIFICATIONS);
