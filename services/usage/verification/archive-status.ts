import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { GetStatusAcrossResponse } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { instantOf } from "../../domain/instant.ts";
import { cannotServe } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import { mayHaveIssued } from "../../domain/serial-node.ts";
import { isOutdated } from "../../node/standing.ts";
import { RECORD_STATES } from "../../record/record-state.ts";
import type { CertificateStatus, StatusSource } from "../../statement/status-source.ts";
import type { UsageContext } from "../context.ts";

/**
 * States for public verification: of this node's own certificates, else through the province (5.7.4), which witnesses each
 * question. The engine asks only for documents with a good signature, so that nobody can look around by identifier, and a look-up by
 * identifier keeps what is in force to itself; other nodes give data message and signed original only against the signature that the document bears.
 */
export function statusFromArchives({ runtime, own, exchange }: UsageContext, call: CallContext): StatusSource {
  return {
    async statusOf(identifier, { original, signature = new Uint8Array() }) {
      const here = mayHaveIssued(runtime.config.node.code, identifier)
        ? await ask(async () => (await own.getCertificate({ identifier }, onBehalf(call))).record)
        : "unknown";
      if (typeof here === "object") {
        const file = { identifier, format: FileFormat.PDF };
        const pdf = original && (await ask(async () => (await own.getFile(file, onBehalf(call))).file?.content));
        const status = ownStatus(here, runtime.now(), typeof pdf === "object" ? pdf : undefined);
        return status && (await isOutdated(runtime)) ? { ...status, outdated: true } : status;
      }
      const there = await ask(() => exchange.getStatusAcross({ identifier, signature }, onBehalf(call)));
      if (typeof there === "object") return statusAcross(there, runtime.now());
      return there === "unknown" && here === "unknown" ? "unrecorded" : undefined;
    },
  };
}

async function ask<T>(read: () => Promise<T | undefined>): Promise<T | "unknown" | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.reason === "CERTIFICATE_UNKNOWN") return "unknown";
    if (cannotServe(error.reason)) return undefined;
    throw error;
  }
}

function ownStatus(record: CertificateRecord, asOf: Date, pdf: Uint8Array | undefined): CertificateStatus | undefined {
  const { message } = record;
  const status = stateOf(record);
  return (
    status && { ...status, message, messageSha256: sha256Hex(message), ...(pdf && { pdf }), source: "issuer", asOf }
  );
}

const FACES = { [FileFormat.PDF]: "pdf", [FileFormat.OFD]: "ofd" } as const;

function statusAcross(told: GetStatusAcrossResponse, asOf: Date): CertificateStatus | undefined {
  const { message, pdf, messageSha256, validFrom, validTo, fromArchive } = told;
  const status = stateOf(told);
  return (
    status && {
      ...status,
      messageSha256,
      ...(message.length > 0 && { message }),
      ...(pdf.length > 0 && { pdf }),
      faces: told.faces.flatMap(({ format, sha256 }) => {
        const face = FACES[format as keyof typeof FACES] as (typeof FACES)[keyof typeof FACES] | undefined;
        return face === undefined ? [] : [{ format: face, sha256 }];
      }),
      validity: { ...(validFrom && { validFrom }), ...(validTo && { validTo }) },
      source: fromArchive ? "archive" : "issuer",
      asOf,
    }
  );
}

function stateOf(told: Pick<CertificateRecord, "state" | "stateSince" | "issuedAt" | "forkedSince">) {
  const { state, stateSince, issuedAt, forkedSince } = told;
  const text = RECORD_STATES[state as keyof typeof RECORD_STATES] as CertificateStatus["state"] | undefined;
  return (
    text && {
      state: text,
      since: stateSince,
      issuedAt: new Date(instantOf(issuedAt)),
      ...(forkedSince && { forkedSince }),
    }
  );
}
