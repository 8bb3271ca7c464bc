import { readFileSync } from "node:fs";
import { SIGNATURE_HEX_LENGTH } from "../../document/prepared-pdf.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import { readSignedData } from "../../trust/cms-read.ts";
import { readSealSignature } from "../../trust/seal/read-seal-signature.ts";
import type { Signers } from "../../trust/signers.ts";
import { attachSealTimeStamp, attachTimeStamp } from "../../trust/time-stamp/attach.ts";
import { createTimeStampClient, type TimeStampClient } from "../../trust/time-stamp/client.ts";
import type { AgentSignatures } from "../agents/signing.ts";

/** The signatures of one certificate. */
export type StampedSignatures = Pick<AgentSignatures, "messageCms" | "pdfCms" | "ofdCms">;

/** Puts time stamps on what agents signed, where the configuration names an authority. */
export interface TimeStamps {
  /**
   * Refuses (`TIME_STAMP_AWAY`, `TIME_STAMP_BAD`) where stamps are required and the authority failed a moment ago: no agent
   * need sign what could not be finished.
   */
  requireHope(): void;
  /**
   * The signatures with a time stamp each, fetched side by side, or as they came where none is configured. `sealed`: what
   * stands in the OFD is a signature by electronic seal. Where the authority fails, rejects with its refusal if stamps are
   * required, else gives the signatures as they came: all of them stamped, or none.
   */
  stamp(signatures: StampedSignatures, sealed: boolean): Promise<StampedSignatures>;
  close(): void;
}

/** Milliseconds between two questions to a failed authority: its time-outs must not add up over many certificates. */
const REST_MS = 2_000;
/** Bytes that a PDF has for its signature. */
const PDF_ROOM = SIGNATURE_HEX_LENGTH / 2;

/** Creates what the configuration's `timeStamp` asks for. */
export function createTimeStamps(runtime: Runtime, signers: Signers): TimeStamps {
  const { config, metrics, log, now, monotonic } = runtime;
  const settings = config.timeStamp;
  if (!settings) return { requireHope: () => {}, stamp: async (signatures) => signatures, close: () => {} };
  const { required, caFile, ...rest } = settings;
  const ca = caFile === undefined ? {} : { ca: readFileSync(caFile, "utf8") };
  const onTime = (aheadMs: number, uncertaintyMs: number) =>
    runtime.clock.observed("time stamp authority", aheadMs, uncertaintyMs);
  const client = createTimeStampClient({ ...rest, ...ca, anchors: () => anchorsOf(signers), now, monotonic, onTime });
  let failed: { refusal: Refusal; until: number } | undefined;

  /** After a rest one caller finds out whether the authority is back; the others are kept away until that one knows. */
  function resting(): Refusal | undefined {
    const time = monotonic();
    if (!failed) return undefined;
    if (time < failed.until) return failed.refusal;
    failed.until = time + REST_MS;
    return undefined;
  }

  /** Counts a failure; it is told in the log once, until the authority answers again. */
  function fail(refusal: Refusal): void {
    metrics.count("issue_time_stamps", { outcome: refusal.reason });
    const { reason, message: why } = refusal;
    if (!failed) log.warn({ reason, why, error: refusal }, "no time stamps; certificates wait, or go without");
    failed = { refusal, until: monotonic() + REST_MS };
  }

  return {
    requireHope() {
      const refusal = required ? resting() : undefined;
      if (refusal) throw refusal;
    },
    async stamp(signatures, sealed) {
      if (!required && resting()) {
        metrics.count("issue_time_stamps", { outcome: "skipped" });
        return signatures;
      }
      try {
        const start = performance.now();
        const stamped = await stampAll(client, signatures, sealed);
        metrics.observe("issue_time_stamp_seconds", (performance.now() - start) / 1000);
        metrics.count("issue_time_stamps", { outcome: "stamped" });
        if (failed) log.info({}, "time stamps are back");
        failed = undefined;
        return stamped;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        fail(error);
        if (required) throw error;
        return signatures;
      }
    },
    close: () => client.close(),
  };
}

async function stampAll(
  client: TimeStampClient,
  { messageCms, pdfCms, ofdCms }: StampedSignatures,
  sealed: boolean,
): Promise<StampedSignatures> {
  const stampCms = async (cms: Uint8Array) => attachTimeStamp(cms, await client.stamp(readSignedData(cms).signature));
  const stampSeal = async (value: Uint8Array) =>
    attachSealTimeStamp(value, await client.stamp(readSealSignature(value).signature));
  const [message, pdf, ofd] = await Promise.all([
    stampCms(messageCms),
    stampCms(pdfCms),
    sealed ? stampSeal(ofdCms) : stampCms(ofdCms),
  ]);
  if (pdf.length > PDF_ROOM) {
    const detail = `the signature with its stamp has ${pdf.length} bytes, the PDF room for ${PDF_ROOM}`;
    throw new Refusal("TIME_STAMP_BAD", `${detail}: choose an authority with a shorter chain`, {
      retryAfterMs: REST_MS,
    });
  }
  return { messageCms: message, pdfCms: pdf, ofdCms: ofd };
}

function anchorsOf(signers: Signers) {
  const { timeStamps } = signers.current();
  if (timeStamps) return timeStamps;
  throw new Refusal("INVALID_FIELD", "signers.timeStamps: name the authorities of time stamps in the configuration");
}
