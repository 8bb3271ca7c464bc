import { Refusal } from "../../domain/refusal.ts";
import { ChunkReader } from "../request/chunk-reader.ts";
import { tooLarge } from "../request/parse-request.ts";
import type { ConnectRequest } from "./connect-request.ts";

/** Bytes of a body that a site reads at most: some short fields. */
export const SMALL_BODY_BYTES = 4_096;
const BODY_MS = 10_000;

/** Reads the small body of a request to a site. Refuses `TOO_LARGE` beyond 4,096 bytes, `DEADLINE_EXCEEDED` after 10 s. */
export async function readSmallBody(request: ConnectRequest): Promise<string> {
  const chunks = new ChunkReader(request);
  const late = setTimeout(
    () => chunks.stop(new Refusal("DEADLINE_EXCEEDED", "the body of the request did not come within 10 seconds")),
    BODY_MS,
  ).unref();
  try {
    const pieces: Buffer[] = [];
    let size = 0;
    for (let chunk = await chunks.next(); chunk; chunk = await chunks.next()) {
      size += chunk.length;
      if (size > SMALL_BODY_BYTES) throw tooLarge(size, SMALL_BODY_BYTES);
      pieces.push(chunk);
    }
    return Buffer.concat(pieces).toString("utf8");
  } catch (refusal) {
    chunks.stop(refusal as Refusal);
    throw refusal;
  } finally {
    clearTimeout(late);
  }
}
