import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { Metadata, type StatusObject } from "@grpc/grpc-js";
import { type Status, StatusSchema } from "../../../proto/gen/google/rpc/status_pb.ts";
import { randomHex } from "../../base/random-hex.ts";
import { Refusal } from "../../domain/refusal.ts";
import { REASON_CODE } from "./reason-code.ts";
import { detailsOf, packDetails, packedSize, refusalFromDetails, unpackAny } from "./refusal-details.ts";

/** Trailers are headers: some clients take no more than 8 KiB of them, and base64 adds a third. */
const DETAIL_BYTES = 5_000;
const MESSAGE_LENGTH = 500;

/**
 * Any thrown value as a refusal. What is no refusal becomes `INTERNAL` with a random id; the caller of this function logs
 * `cause` under that id, and nothing of it leaves the process.
 */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  const id = randomHex(8);
  return new Refusal("INTERNAL", `internal error ${id}: tell the operator this id`, {
    metadata: { id },
    cause: thrown,
  });
}

/** A refusal as Connect, gRPC-Web and gRPC of connect-node send it. */
export function connectErrorOf(refusal: Refusal): ConnectError {
  return new ConnectError(refusal.message, REASON_CODE[refusal.reason], undefined, detailsOf(refusal));
}

/**
 * A refusal as a grpc-js server sends it: code, message and `google.rpc.Status` in `grpc-status-details-bin`. Field
 * violations that do not fit the size of trailers are left out, counted in the metadata as `fields_omitted`.
 */
export function grpcStatusOf(refusal: Refusal): StatusObject {
  const status = statusOf(refusal);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(toBinary(StatusSchema, status)));
  // The service config repeats UNAVAILABLE. A server that answered with a reason has decided; only one that is overloaded
  // leaves it to another replica.
  if (refusal.reason !== "OVERLOADED") metadata.set("grpc-retry-pushback-ms", "-1");
  return { code: status.code, details: status.message, metadata };
}

/** A refusal as a message: `google.rpc.Status`. Field violations that do not fit the size of trailers are left out, counted as `fields_omitted`. */
export function statusOf(refusal: Refusal): Status {
  const code = REASON_CODE[refusal.reason];
  const message = refusal.message.toWellFormed().slice(0, MESSAGE_LENGTH).toWellFormed();
  return create(StatusSchema, { code, message, details: fittingDetails(refusal) });
}

function fittingDetails(refusal: Refusal) {
  for (let kept = refusal.fields.length; ; kept = Math.floor(kept / 2)) {
    const omitted = refusal.fields.length - kept;
    const fitting =
      omitted === 0
        ? refusal
        : new Refusal(refusal.reason, refusal.message, {
            fields: refusal.fields.slice(0, kept),
            localized: refusal.localized,
            metadata: { ...refusal.metadata, fields_omitted: String(omitted) },
            ...(refusal.retryAfterMs !== undefined && { retryAfterMs: refusal.retryAfterMs }),
          });
    // The Chinese of single fields goes before any field does: the first of them stand in the sentence for people.
    for (const inChinese of [true, false]) {
      const packed = packDetails(detailsOf(fitting, { inChinese }));
      if (packedSize(packed) <= DETAIL_BYTES || (kept === 0 && !inChinese)) return packed;
    }
  }
}

/**
 * Rebuilds the refusal that a server sent, from a grpc-js `ServiceError` or a `ConnectError`, so that reasons survive every
 * hop. Errors that carry no reason of ours come from the network or a library: the nearest reason is chosen by code, with
 * `PEER_AWAY` for all ways in which a connection can die.
 */
export function refusalFromError(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ConnectError) {
    const packed = error.details.flatMap((one) => ("type" in one ? [{ type: one.type, value: one.value }] : []));
    return refusalFromDetails(error.rawMessage, packed) ?? refusalByCode(error.code, error.rawMessage, error);
  }
  if (isGrpcError(error)) {
    const [bytes] = error.metadata.get("grpc-status-details-bin");
    const status = bytes instanceof Uint8Array ? fromBinary(StatusSchema, bytes) : undefined;
    const rebuilt = status && refusalFromDetails(status.message, status.details.map(unpackAny));
    return rebuilt ?? refusalByCode(error.code, error.details, error);
  }
  return refusalOf(error);
}

function isGrpcError(error: unknown): error is StatusObject & Error {
  return error instanceof Error && "code" in error && "details" in error && "metadata" in error;
}

function refusalByCode(code: number, message: string, cause: unknown): Refusal {
  switch (code) {
    case Code.Unavailable:
    case Code.Canceled:
    case Code.Aborted:
      return new Refusal("PEER_AWAY", `the other side cannot be reached: ${message}`, { retryAfterMs: 1_000, cause });
    case Code.DeadlineExceeded:
      return new Refusal("DEADLINE_EXCEEDED", "no answer came before the deadline", { cause });
    case Code.ResourceExhausted:
      if (message.includes("larger than")) return new Refusal("TOO_LARGE", message, { cause });
      return new Refusal("OVERLOADED", message, { retryAfterMs: 500, cause });
    case Code.Unimplemented:
      return new Refusal("UNIMPLEMENTED", message, { cause });
    case Code.Unauthenticated:
      return new Refusal("TOKEN_REFUSED", message, { cause });
    case Code.PermissionDenied:
      return new Refusal("PERMISSION_DENIED", message, { cause });
    case Code.InvalidArgument:
      return new Refusal("INVALID_FIELD", message, { cause });
    default:
      // A reset stream is how a killed process looks from here; grpc-js and connect-node have a name each for it.
      if (/RST_STREAM|NGHTTP2_/.test(message)) return refusalByCode(Code.Unavailable, message, cause);
      return refusalOf(cause);
  }
}
