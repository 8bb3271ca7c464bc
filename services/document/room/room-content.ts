import { IDENTIFIER_ROOT } from "../../domain/certificate-identifier.ts";
import { certificateSerial } from "../../domain/certificate-serial.ts";
import type { MessageMetadata } from "../../domain/message.ts";
import { MAX_QR_NUMBER_BYTES, qrStatementOf, qrText } from "../../domain/signed-qr.ts";
import type { Schema } from "../schema-path.ts";

/** What of a catalog item its face has to have room for. */
export interface RoomContent {
  dataSchema: Schema;
  name: string;
  typeCode: string;
  /** Most holders of one certificate. */
  holdersMax: number;
}

/** Longest code of a node. */
const NODE = "8".repeat(12);
const DAY = "2026-12-28";

/** An identifier as long as one of the item can be. */
export function longestIdentifier({ typeCode }: RoomContent): string {
  const serial = certificateSerial({ node: NODE, issueDate: DAY, app: "", businessSerial: "" });
  return [IDENTIFIER_ROOT, typeCode, "W".repeat(18), serial, "999", "W"].join(".");
}

/** A QR text as long as one of the item can be. */
export function longestQr(content: RoomContent): string {
  const metadata = {
    identifier: longestIdentifier(content),
    number: "国".repeat(MAX_QR_NUMBER_BYTES / 3),
    name: content.name,
    holders: Array.from({ length: content.holdersMax }, () => ({ name: "𠮷国国", code: "", codeType: "" })),
    issueDate: DAY,
    validTo: DAY,
    node: NODE,
  };
  return qrText(qrStatementOf(metadata as unknown as MessageMetadata), "_".repeat(86));
}
