import type { IncomingHttpHeaders } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import { refusalFromError } from "../call/refusal/refusal-wire.ts";
import type { WireAnswer } from "./connection.ts";
import { Unanswered } from "./unanswered.ts";

/** Bytes before a gRPC message: whether it is compressed, and its length. */
const PREFIX = 5;
/** HTTP statuses with which what stands in front of a core says that it cannot reach it. */
const GATEWAY: readonly number[] = [429, 502, 503, 504];

/** A message as gRPC sends it. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX);
  return frame;
}

/**
 * The message of an answer. Throws the `Refusal` that the service sent. What is no answer of the service is `Unanswered`: so nothing
 * becomes `INTERNAL` that no log of the platform has.
 */
export function messageOf({ headers, trailers, body }: WireAnswer, address: string): Uint8Array {
  const status = Number(headers[":status"]);
  const type = headers["content-type"] ?? "";
  if (status !== 200 || !type.startsWith("application/grpc")) {
    const obstacle = GATEWAY.includes(status) ? "away" : "fault";
    throw new Unanswered(
      obstacle,
      false,
      address,
      `HTTP status ${status} (${type || "no content"}) is no answer of a core`,
    );
  }
  const error = errorOf("grpc-status" in trailers ? trailers : headers, address);
  if (error) throw refused(error, address);
  const length = body.length < PREFIX ? -1 : body.readUInt32BE(1);
  if (body[0] !== 0 || body.length !== PREFIX + length) {
    throw new Unanswered("fault", false, address, `an answer of ${body.length} bytes is not one message`);
  }
  return body.subarray(PREFIX);
}

function errorOf(headers: IncomingHttpHeaders, address: string): ConnectError | undefined {
  const told = new Headers();
  for (const name of ["grpc-status", "grpc-message", "grpc-status-details-bin"]) {
    const value = headers[name];
    if (typeof value === "string") told.set(name, value);
  }
  if (!told.has("grpc-status")) return new ConnectError("the answer ended without a status", Code.Unavailable);
  try {
    return findTrailerError(told);
  } catch (cause) {
    throw new Unanswered("fault", false, address, `its status cannot be read: ${(cause as Error).message}`, cause);
  }
}

function refused(error: ConnectError, address: string): Error {
  // Without details it comes of a library or of what stands between; nearest reasons serve, but for one that only a log explains.
  if (error.details.length > 0) return refusalFromError(error);
  if (error.code === Code.Unavailable || error.code === Code.Canceled || error.code === Code.Aborted) {
    return new Unanswered("away", false, address, error.rawMessage);
  }
  const refusal = refusalFromError(error);
  if (refusal.reason !== "INTERNAL") return refusal;
  const text = `status ${Code[error.code]} without a reason: ${error.rawMessage}`;
  return new Unanswered("fault", false, address, text, error);
}
