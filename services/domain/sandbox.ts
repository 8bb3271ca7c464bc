import { refuseField } from "./refusal.ts";

/**
 * What the code of a sandbox (沙箱, 6.2.4) begins with. The code is that of the division with this before it, and everything that bears a
 * node bears the mark with it: serial, identifier and number of certificates, AppKeys, tokens, names of machines, QR codes. A code of
 * production is made of digits, so none can be mistaken for the other.
 */
export const SANDBOX_MARK = "TEST";

/** Word that stands across every face of a sandbox (测试). */
export const SANDBOX_WATERMARK = "测试";

/** Codes of nodes, for expressions: a division of 6 to 12 digits, or a sandbox of one of 6 to 8, for serials have room for no more. */
export const NODE_CODE = "\\d{6,12}|TEST\\d{6,8}";

const NODE = new RegExp(`^(?:${NODE_CODE})$`);
const SANDBOX_NODE = /^TEST\d{6,8}$/;

/** Whether a text may be the code of a node, of production or of a sandbox. */
export function isNodeCode(text: string): boolean {
  return NODE.test(text);
}

/** Whether the code of a node is that of a sandbox. */
export function isSandboxNode(node: string): boolean {
  return SANDBOX_NODE.test(node);
}

/** The division that a node is of: its code without the mark. */
export function divisionOfNode(node: string): string {
  return isSandboxNode(node) ? node.slice(SANDBOX_MARK.length) : node;
}

/** The node of an AppKey, which begins with it. */
export function nodeOfAppKey(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf("-")));
}

/** Whether a serial, a number or an identifier's part bears the mark, well-formed or not: nothing in production does. */
export function bearsSandboxMark(text: string): boolean {
  return text.startsWith(SANDBOX_MARK);
}

/**
 * Why a number (证照编号) does not suit the node: those of a sandbox begin with the mark, so that nobody takes one for real, and others do
 * not. `undefined` where it suits.
 */
export function numberFault(node: string, number: string): string | undefined {
  const sandbox = isSandboxNode(node);
  if (bearsSandboxMark(number) === sandbox) return undefined;
  return sandbox
    ? `a number in a sandbox begins with ${SANDBOX_MARK}`
    : `a number that begins with ${SANDBOX_MARK} is one of a sandbox`;
}

/** Holds the number that a department gives to {@link numberFault}. Throws `INVALID_FIELD`. */
export function requireSuitedNumber(node: string, number: string, field: string): void {
  const fault = numberFault(node, number);
  if (fault === undefined) return;
  const [remedy, localized] = isSandboxNode(node)
    ? [
        `put ${SANDBOX_MARK} before it, or leave it out`,
        `沙箱中的证照编号须以${SANDBOX_MARK}开头，请加上该前缀，或不填`,
      ]
    : ["give the number of the real certificate", `以${SANDBOX_MARK}开头的是沙箱测试编号，请填写正式的证照编号`];
  throw refuseField("INVALID_FIELD", field, fault, remedy, localized);
}
