import { describe, expect, test } from "vitest";
import { canonicalBytes } from "../services/domain/canonical.ts";
import { qrStatementOf, qrText } from "../services/domain/signed-qr.ts";
import { exampleMessage, type SeedItem, seedItems } from "../test/document/seed.ts";
import { readMessage } from "./read-message.ts";

const message = {
  ...exampleMessage(seedItems().get("business-licence") as SeedItem),
  faces: [{ format: "pdf", sha256: "0".repeat(64) }],
};
const withQr = (qr: string) => canonicalBytes({ ...message, metadata: { ...message.metadata, qr } });
const SIGNATURE = "A".repeat(86);

describe("the QR text in a data message", () => {
  test("may be left out, and is read where it says what the message says", () => {
    expect(readMessage(canonicalBytes(message)).metadata.qr).toBeUndefined();
    const qr = qrText(qrStatementOf(message.metadata), SIGNATURE);
    expect(readMessage(withQr(qr)).metadata.qr).toBe(qr);
  });

  test("is refused where it points to another certificate, so that no core has one shown under this seal", () => {
    const statement = qrStatementOf(message.metadata);
    const others = [{ number: "1" }, { holder: "别**" }, { node: "440300" }, { validTo: "2099-12-31" }];
    for (const other of others) {
      const qr = qrText({ ...statement, ...other }, SIGNATURE);
      expect(() => readMessage(withQr(qr)), JSON.stringify(other)).toThrow(/states something else/);
    }
    expect(() => readMessage(withQr("https://example.cn/"))).toThrow(/QR code/);
  });
});
