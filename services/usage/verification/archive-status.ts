import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { RECORD_STATES } from "../../runtime/record-state.ts";
import { type CallContext, onBehalf } from "../../runtime/service.ts";
import type { CertificateStatus, StatusSource } from "../../trust/verification/sources.ts";
import type { UsageDependencies } from "../context.ts";

/** Reasons for which a source cannot tell now; anything else is a fault. */
const AWAY = ["PEER_AWAY", "DEADLINE_EXCEEDED", "OVERLOADED", "UNIMPLEMENTED"];

/**
 * States for public verification: of this node's own certificates, else through the province (5.7.4), which witnesses each
 * question. The engine asks only for documents with a good signature, so that nobody can look around by identifier; for the
 * signed original only where a copy bears a good signature of something else.
 */
export function statusFromArchives({ runtime, own, exchange }: UsageDependencies, call: CallContext): StatusSource {
  const ground = {
    node: runtime.config.node.code,
    appKey: "public",
    matterCode: "verification",
    purpose: "公众查验",
    usageCodeDigest: "0".repeat(64),
  };
  return {
    async statusOf(identifier, { original }) {
      const file = { identifier, format: FileFormat.PDF };
      const here = await ask(async () => (await own.getCertificate({ identifier }, onBehalf(call))).record);
      if (typeof here === "object") {
        const pdf = original && (await ask(async () => (await own.getFile(file, onBehalf(call))).file?.content));
        return statusOf(here, "issuer", runtime.now(), pdf);
      }
      const there = await ask(() => exchange.getAcross({ ground, identifier }, onBehalf(call)));
      if (typeof there !== "object" || !there.record)
        return there === "unknown" && here === "unknown" ? "unrecorded" : undefined;
      const across = async () => (await exchange.fetchFileAcross({ ground, ...file }, onBehalf(call))).file?.content;
      const pdf = original && (await ask(across));
      return statusOf(there.record, there.fromArchive ? "archive" : "issuer", runtime.now(), pdf);
    },
  };
}

async function ask<T>(read: () => Promise<T | undefined>): Promise<T | "unknown" | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.reason === "CERTIFICATE_UNKNOWN") return "unknown";
    if (AWAY.includes(error.reason)) return undefined;
    throw error;
  }
}

function statusOf(
  record: CertificateRecord,
  source: "issuer" | "archive",
  asOf: Date,
  pdf: Uint8Array | "unknown" | undefined,
): CertificateStatus | undefined {
  const state = RECORD_STATES[record.state as keyof typeof RECORD_STATES];
  if (state === undefined) return undefined;
  return {
    state,
    since: record.stateSince,
    issuedAt: new Date(record.issuedAt),
    message: record.message,
    messageSha256: sha256Hex(record.message),
    ...(typeof pdf === "object" && { pdf }),
    source,
    asOf,
  };
}
