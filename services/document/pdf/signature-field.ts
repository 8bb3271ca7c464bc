import { SIGNATURE_HEX_LENGTH } from "../prepared-pdf.ts";
import { textString } from "./objects.ts";

/** The signature dictionary as text, with the places that are filled in later. */
export interface SignatureDictionary {
  text: string;
  /** Offset of the byte range's numbers, and the room for them. */
  rangeAt: number;
  rangeRoom: number;
  /** Offset of `<` of `/Contents`, and of what follows its `>`. */
  contentsStart: number;
  contentsEnd: number;
}

/** Three offsets of ten digits each, blanks between them. */
const RANGE_ROOM = 32;

/**
 * A PAdES signature dictionary (EN 319 142-1) for a signature that is made elsewhere. The free part of `/Contents` holds
 * ASCII `0`: readers refuse NUL.
 */
export function signatureDictionary(signer: string, pdfDate: string): SignatureDictionary {
  const head = `<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Name ${textString(signer)} /M (${pdfDate}) `;
  const range = "/ByteRange [0 ";
  const contents = "] /Contents ";
  const rangeAt = head.length + range.length;
  const contentsStart = rangeAt + RANGE_ROOM + contents.length;
  const text = `${head}${range}${" ".repeat(RANGE_ROOM)}${contents}<${"0".repeat(SIGNATURE_HEX_LENGTH)}>>>`;
  return { text, rangeAt, rangeRoom: RANGE_ROOM, contentsStart, contentsEnd: contentsStart + SIGNATURE_HEX_LENGTH + 2 };
}
