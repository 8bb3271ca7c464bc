import type { OutgoingHttpHeaders } from "node:http2";
import type { StatusObject } from "@grpc/grpc-js";

/** How a call ends, in the words of gRPC. */
export type GrpcStatus = Pick<StatusObject, "code" | "details"> & { metadata?: StatusObject["metadata"] | null };

/** Headers of every answer. Compressed messages are refused, and none are sent. */
export const RESPONSE_HEADERS: OutgoingHttpHeaders = {
  ":status": 200,
  "content-type": "application/grpc+proto",
  "grpc-accept-encoding": "identity",
  "grpc-encoding": "identity",
};

/** Trailers of a call that went well. */
export const OK_TRAILERS: OutgoingHttpHeaders = { "grpc-status": "0", "grpc-message": "OK" };

/** Trailers of any end: status, message in the percent form, then what its metadata hold, the details in Base64 (`grpc-status-details-bin`) among it. */
export function trailersOf({ code, details, metadata }: GrpcStatus): OutgoingHttpHeaders {
  return { "grpc-status": String(code), "grpc-message": encodeURI(details), ...metadata?.toHttp2Headers() };
}
