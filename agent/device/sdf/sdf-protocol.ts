import type { DriverFault } from "../ckr.ts";

/** One thing that the SDF driver is asked for. Keys are numbered in the device. */
export type SdfRequest =
  | { op: "public"; index: number }
  | { op: "sign"; index: number; digest: Uint8Array; password: string };

/** The answer: `x ‖ y` of a public key or `r ‖ s` of a signature, 64 octets. */
export type SdfAnswer = { ok: true; octets: Uint8Array } | { ok: false; fault: DriverFault };

/** Code of faults that the driver finds before it reaches a device: its library cannot be loaded. */
export const LIBRARY_UNUSABLE = -1;

/** Largest frame that the driver sends. */
const MAX_FRAME = 4096;

/** A question as `sdf-driver.c` reads it: length, operation, key index, data. */
export function writeQuestion(request: SdfRequest): Buffer {
  const data = request.op === "sign" ? Buffer.concat([request.digest, Buffer.from(request.password, "utf8")]) : null;
  const head = Buffer.alloc(9);
  head.writeUInt32BE(5 + (data?.length ?? 0));
  head[4] = request.op === "sign" ? 2 : 1;
  head.writeUInt32BE(request.index, 5);
  return data === null ? head : Buffer.concat([head, data]);
}

/** Reads answers out of a stream that cuts them anywhere. Throws `RangeError` on a frame that no driver sends. */
export function createAnswerReader(onAnswer: (answer: SdfAnswer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const length = rest.readUInt32BE();
      if (length < 1 || length > MAX_FRAME) throw new RangeError(`the SDF driver sent a frame of ${length} bytes`);
      if (rest.length < 4 + length) return;
      onAnswer(readAnswer(rest.subarray(4, 4 + length)));
      rest = rest.subarray(4 + length);
    }
  };
}

function readAnswer(body: Buffer): SdfAnswer {
  const payload = Uint8Array.from(body.subarray(1));
  if (body[0] === 0 && payload.length === 64) return { ok: true, octets: payload };
  if (body[0] === 1 && payload.length === 4) {
    return { ok: false, fault: { code: body.readUInt32BE(1), message: "SDF" } };
  }
  return { ok: false, fault: { code: LIBRARY_UNUSABLE, message: body.toString("utf8", 1) } };
}
