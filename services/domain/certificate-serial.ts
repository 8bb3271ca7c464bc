import { createHash } from "node:crypto";
import { refuseField } from "./refusal.ts";
import { isNodeCode } from "./sandbox.ts";

/** What the serial of a certificate follows from. */
export interface SerialSource {
  /** Node that issues: division code, 6 to 12 digits, or the code of a sandbox. */
  node: string;
  /** Day of issue, `yyyy-MM-dd`, as the department has signed it. */
  issueDate: string;
  app: string;
  businessSerial: string;
}

/** Characters of the derived part: 62 bits, so that two orders of one day, type and issuer share a serial by no chance that counts. */
const DERIVED = 12;

/**
 * The serial (流水号) of the certificate that an order is for: node, day of issue, and twelve characters that follow from app and business
 * serial. Nobody chooses it: a core, each of a department's agents, and a node that was restored from an old copy all come to the same,
 * so one order can never become two certificates, nor two orders one.
 */
export function certificateSerial({ node, issueDate, app, businessSerial }: SerialSource): string {
  if (!isNodeCode(node))
    throw refuseField(
      "INVALID_FIELD",
      "node",
      "is no division code of 6 to 12 digits, and no sandbox of one",
      "give the code of the node that issues",
      "应为6至12位数字的行政区划代码",
    );
  const text = JSON.stringify(["ecert.certificate-serial.v1", node, app, businessSerial]);
  const digest = createHash("sha256").update(text).digest();
  const derived = (digest.readBigUInt64BE() % 36n ** BigInt(DERIVED)).toString(36).toUpperCase().padStart(DERIVED, "0");
  return `${node}${issueDate.replaceAll("-", "")}${derived}`;
}
