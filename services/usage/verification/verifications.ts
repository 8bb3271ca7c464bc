import { type CallLimit, type CallRate, createCallLimit } from "../../call/chain/call-limit.ts";

/** Verifications of every kind that an address, and all together, may ask one process for. */
export const VERIFICATIONS: CallRate = { perAddress: 30, perProcess: 600, counted: "verifications" };

/** Calls that hand documents in part by part: those of as many documents of 20 MiB, in parts of 256 KiB, as may be verified. */
export const DOCUMENT_PARTS: CallRate = { perAddress: 30 * 82, perProcess: 600 * 82, counted: "parts of documents" };

/** The one limit of all parts of documents. */
export const limitDocumentParts = (monotonic: () => number): CallLimit => createCallLimit(monotonic, DOCUMENT_PARTS);

/** The one limit of all that anybody may have verified. */
export const limitVerifications = (monotonic: () => number): CallLimit => createCallLimit(monotonic, VERIFICATIONS);
