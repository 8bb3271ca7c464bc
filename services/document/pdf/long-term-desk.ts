import { readFileSync } from "node:fs";
import { Refusal } from "../../domain/refusal.ts";
import type { Signers } from "../../trust/signers.ts";
import {
  createTimeStampClient,
  type TimeStampClient,
  type TimeStampClientOptions,
} from "../../trust/time-stamp/client.ts";
import type { TimeStampTrust } from "../../trust/time-stamp/verify-token.ts";
import { type ExtendOptions, extendPdf } from "./long-term.ts";

/** Extends signed PDFs for callers, by what a process is configured with. */
export interface LongTermDesk {
  /** See {@link extendPdf}. Refuses `OVERLOADED` beyond {@link MAX_UNDER_WAY} at a time. */
  extend(pdf: Uint8Array, level: ExtendOptions["level"]): Promise<Uint8Array>;
  close(): void;
}

/** Settings of {@link createLongTermDesk}. */
export interface LongTermDeskOptions {
  signers: Signers;
  /** The time stamp authority; without it B-LTA is refused (`LONG_TERM_INCOMPLETE`). */
  timeStamp?: Pick<TimeStampClientOptions, "url" | "timeoutMs" | "hash" | "policy"> & { caFile?: string };
  now: () => Date;
}

/** Files that are extended at a time: one costs some 10 to 80 ms of the process and waits for the time stamp authority. */
export const MAX_UNDER_WAY = 8;
const RETRY_AFTER_MS = 500;

/** Creates a desk. Nothing is sent before the first document time stamp. */
export function createLongTermDesk({ signers, timeStamp, now }: LongTermDeskOptions): LongTermDesk {
  const client = timeStamp && clientOf(timeStamp, signers, now);
  let underWay = 0;
  return {
    async extend(pdf, level) {
      if (underWay >= MAX_UNDER_WAY) {
        throw new Refusal("OVERLOADED", `${MAX_UNDER_WAY} files are being extended already`, {
          retryAfterMs: RETRY_AFTER_MS,
        });
      }
      underWay += 1;
      try {
        const stamp = client && { stamp: client.stamp };
        return await extendPdf(pdf, { ...signers.current(), ...stamp, level, at: now() });
      } finally {
        underWay -= 1;
      }
    },
    close: () => client?.close(),
  };
}

function clientOf(
  { caFile, ...settings }: NonNullable<LongTermDeskOptions["timeStamp"]>,
  signers: Signers,
  now: () => Date,
): TimeStampClient {
  const ca = caFile === undefined ? {} : { ca: readFileSync(caFile, "utf8") };
  const anchors = (): TimeStampTrust => {
    const { timeStamps } = signers.current();
    if (timeStamps) return timeStamps;
    throw new Refusal("INVALID_FIELD", "signers.timeStamps: name the authorities of time stamps in the configuration");
  };
  return createTimeStampClient({ ...settings, ...ca, anchors, now });
}
