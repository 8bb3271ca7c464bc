import { type ConnectRequest, textHeader } from "../../call/listen/connect-request.ts";
import { ChunkReader } from "../../call/request/chunk-reader.ts";
import { Refusal } from "../../domain/refusal.ts";

/** Bytes of a form that are read: an assertion signed with RSA of 4,096 bits has some 1,500. */
export const MOST_BYTES = 16_384;
/** How long a form may take to arrive. */
const ARRIVES_MS = 10_000;

/** Reads a form whole. Throws `TOO_LARGE`, `DEADLINE_EXCEEDED`, `CANCELLED` and `INVALID_FIELD`. */
export async function readForm(request: ConnectRequest): Promise<Buffer> {
  if (textHeader(request, "content-encoding") !== undefined) {
    throw new Refusal("INVALID_FIELD", "the form is compressed: send it as it is");
  }
  if (Number(request.headers["content-length"] ?? 0) > MOST_BYTES) throw tooLarge();
  const chunks = new ChunkReader(request);
  const late = new Refusal("DEADLINE_EXCEEDED", `the form did not arrive within ${ARRIVES_MS / 1_000} s`);
  const timer = setTimeout(() => chunks.stop(late), ARRIVES_MS);
  try {
    const found: Buffer[] = [];
    let size = 0;
    for (let chunk = await chunks.next(); chunk; chunk = await chunks.next()) {
      size += chunk.length;
      if (size > MOST_BYTES) throw tooLarge();
      found.push(chunk);
    }
    return Buffer.concat(found, size);
  } catch (error) {
    chunks.stop(late);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(): Refusal {
  return new Refusal("TOO_LARGE", `the form has more than ${MOST_BYTES} bytes`);
}
