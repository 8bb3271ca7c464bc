import { createHash } from "node:crypto";
import type { Department } from "../trust/department.ts";

/** A copy with one bit of one octet changed. */
export function edited(file: Uint8Array, at: number, bit = 0): Buffer {
  const copy = Buffer.from(file);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

/** A copy with its text changed; the length must stay. */
export function rewritten(file: Buffer, change: (text: string) => string): Buffer {
  const copy = Buffer.from(change(file.toString("latin1")), "latin1");
  if (copy.length !== file.length || copy.equals(file)) throw new Error("the change must be one, and keep the length");
  return copy;
}

/** The file with an incremental update that gives it another page. */
export function appended(file: Buffer): Buffer {
  const page = "8 0 obj\n<< /Type /Page /MediaBox [0 0 10 10] >>\nendobj\n";
  const table = `xref\n8 1\n${String(file.length).padStart(10, "0")} 00000 n \n`;
  const end = `trailer\n<< /Size 9 /Prev ${file.lastIndexOf("xref\n0")} >>\nstartxref\n${file.length + page.length}\n%%EOF\n`;
  return Buffer.concat([file, Buffer.from(page + table + end, "latin1")]);
}

/**
 * Takes a face apart, lets `change` alter the texts of its objects (`free` is a number for a new one), and signs it again with the department's own key: a
 * document that was prepared by somebody inside. `trailer` goes into the trailer.
 */
export function signedAnew(
  file: Buffer,
  department: Department,
  change: (objects: Map<number, string>, free: number) => void,
  trailer = "",
): Buffer {
  const text = file.toString("latin1");
  const objects = new Map<number, string>();
  const parts = text.slice(0, text.lastIndexOf("xref\n0")).matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj\n/g);
  for (const [, number, body] of parts) objects.set(Number(number), body ?? "");
  change(objects, objects.size + 1);
  const header = text.slice(0, text.indexOf("\n", 9) + 1);
  let out = header;
  const offsets = new Map<number, number>();
  const last = Math.max(...objects.keys());
  for (let number = 1; number <= last; number++) {
    offsets.set(number, out.length);
    const body = objects.get(number);
    if (body === undefined) throw new Error(`object ${number} is missing`);
    out += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const rows = [...offsets.values()].map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const entries =
    /trailer\n<<([\s\S]*?)>>\nstartxref/.exec(text)?.[1]?.replace(/\/Size \d+/, `/Size ${last + 1}`) ?? "";
  out += `xref\n0 ${last + 1}\n0000000000 65535 f \n${rows}trailer\n<<${entries}${trailer}>>\nstartxref\n${out.length}\n%%EOF\n`;
  return sign(Buffer.from(out, "latin1"), department);
}

function sign(file: Buffer, department: Department): Buffer {
  const open = file.indexOf("/Contents <", file.indexOf("/ByteRange")) + "/Contents ".length;
  const close = file.indexOf(">", open) + 1;
  const rangeAt = file.indexOf("/ByteRange [") + "/ByteRange [".length;
  const room = file.indexOf("]", rangeAt) - rangeAt;
  file.write(`0 ${open} ${close} ${file.length - close}`.padEnd(room), rangeAt, "latin1");
  file.fill("0", open + 1, close - 1);
  const digest = createHash("sha256").update(file.subarray(0, open)).update(file.subarray(close)).digest();
  file.write(Buffer.from(department.signDigest(digest, { pades: true })).toString("hex"), open + 1, "latin1");
  return file;
}
