import { createHash } from "node:crypto";
import { digestNameOf } from "../../services/trust/signing-certificate.ts";
import type { Department } from "./department.ts";

/** Hex digits left for the signature. */
const ROOM = 8192;

/**
 * A PDF of one empty page, signed as PAdES: as small as a signed PDF can be, so that a test can afford to change every
 * octet of it. `extra` goes into the signature dictionary.
 */
export function signedPdf(department: Department, extra = ""): Buffer {
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >> >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Annots [4 0 R] >>",
    "<< /Type /Annot /Subtype /Widget /FT /Sig /T (seal) /V 5 0 R /P 3 0 R /Rect [0 0 0 0] /F 132 >>",
    `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ${extra} /ByteRange [${" ".repeat(40)}] /Contents <${"0".repeat(ROOM)}> >>`,
  ];
  let text = "%PDF-1.7\n";
  const offsets = objects.map((body, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  text += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  const open = text.lastIndexOf("/Contents <") + "/Contents ".length;
  const close = open + ROOM + 2;
  const range = `0 ${open} ${close} ${text.length - close}`;
  text = text.replace(` /ByteRange [${" ".repeat(40)}]`, ` /ByteRange [${range.padEnd(40)}]`);
  return fillContents(Buffer.from(text, "latin1"), open, close, department);
}

/** Signs what surrounds the gap and writes the CMS into it. */
function fillContents(file: Buffer, open: number, close: number, department: Department): Buffer {
  const hash = digestNameOf(department.signer);
  const digest = createHash(hash).update(file.subarray(0, open)).update(file.subarray(close)).digest();
  const cms = Buffer.from(department.signDigest(digest, { pades: true }));
  file.write(cms.toString("hex"), open + 1, "latin1");
  return file;
}

/** Signs a PDF again after its text was changed behind the signer's back: the same gap, whatever the range claims. */
export function signAgain(file: Buffer, department: Department): Buffer {
  const open = file.lastIndexOf("/Contents <") + "/Contents ".length;
  const copy = Buffer.from(file);
  copy.fill("0", open + 1, open + 1 + ROOM);
  return fillContents(copy, open, open + ROOM + 2, department);
}
