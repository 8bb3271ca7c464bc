import { sha256Hex } from "./canonical.ts";
import { isPresentationText, PRESENTATION_PREFIX } from "./presentation-text.ts";
import { refuseField } from "./refusal.ts";
import { isUsageCode } from "./usage-code.ts";

/** A presentation as its QR code names it: the node that made it, and the code, which has the form of a usage code. */
export interface PresentationCode {
  node: string;
  code: string;
}

/** What a configuration takes for a node's code. */
const NODE = /^[0-9A-Za-z-]{1,40}$/;

/** Text of the QR code (亮证码): the node stands in it, so that whoever redeems it knows where to ask. */
export function presentationText({ node, code }: PresentationCode): string {
  return `${PRESENTATION_PREFIX}${node}:${code}`;
}

/** Reads the text of a QR code. Throws `INVALID_FIELD` for one that is none. */
export function readPresentation(text: string, field = "presentation"): PresentationCode {
  const [node = "", code = "", ...more] = isPresentationText(text)
    ? text.slice(PRESENTATION_PREFIX.length).split(":")
    : [];
  if (more.length === 0 && NODE.test(node) && isUsageCode(code)) return { node, code };
  throw refuseField(
    "INVALID_FIELD",
    field,
    "not the text of a presentation",
    "send the text of the QR code as it was scanned, `ecert:present:<node>:<code>`",
    "不是亮证码，请原样填写扫描二维码所得的文字，形如ecert:present:<节点>:<编码>",
  );
}

/** SHA-256 (lower-case hex) of a presentation's code: its name, and the only form in which the code is stored or logged. */
export function presentationDigest(code: string): string {
  return sha256Hex(`ecert.presentation.v1:${code}`);
}
