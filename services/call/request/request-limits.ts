import { type DescMethod, getOption, hasOption } from "@bufbuild/protobuf";
import { limits } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";

/** Bytes of a request where its method declares nothing. */
export const DEFAULT_REQUEST_BYTES = 262_144;
/** Bytes of a request, fields of type `bytes` not counted: what is read piece by piece and not skipped. */
export const MAX_TEXT_BYTES = 4 << 20;
/** Fields of a request, those of all messages in it together; in JSON members and elements. What the serving loop parses in 20 ms. */
export const MAX_FIELDS = 16_000;
/** Messages inside each other. */
export const MAX_DEPTH = 100;
/** Bytes of JSON that are parsed on the serving loop; longer JSON is parsed in a thread, or refused where it comes enveloped. */
export const JSON_ON_LOOP = 64 << 10;
/**
 * What each byte of longer JSON counts for in the budget, from when it is whole until the call is answered: first its text waits for the
 * thread, then there are the message, three quarters of it, and the copy of a file that a handler makes. What the thread itself needs comes
 * on top, for one text at a time.
 */
const LONG_JSON_WEIGHT = 2;

/** How many bytes one request of a method may have, in the binary form and in JSON. */
export interface RequestSize {
  binary: number;
  json: number;
}

/** The limit that a method declares in its contract (`ecert.type.v1.limits`), within the `messageBytes` of the process. */
export function requestSize(method: DescMethod, messageBytes: number): RequestSize {
  const declared = hasOption(method, limits) ? Number(getOption(method, limits).bytes) : 0;
  const binary = Math.min(declared || DEFAULT_REQUEST_BYTES, messageBytes);
  // In JSON, bytes are Base64.
  return { binary, json: binary + Math.ceil(binary / 2) };
}

/** What a whole request of so many bytes is held to cost until it is answered, bytes. */
export function requestWeight(bytes: number, json: boolean): number {
  return json && bytes > JSON_ON_LOOP ? bytes * LONG_JSON_WEIGHT : bytes;
}
