import { describe, expect, test } from "vitest";
import type { MessageMetadata } from "../services/domain/message.ts";
import { qrStatementOf, qrText } from "../services/domain/signed-qr.ts";
import { exampleMessage, type SeedItem, seedItems } from "../test/document/seed.ts";
import { checkQr } from "./check-qr.ts";

const { qr: _none, ...metadata } = exampleMessage(seedItems().get("business-licence") as SeedItem)
  .metadata as MessageMetadata;
const good = () => Promise.resolve(true);
const SIGNATURE = "A".repeat(86);
const text = (changes: object = {}, of: MessageMetadata = metadata) =>
  qrText({ ...qrStatementOf(of), ...changes }, SIGNATURE);
const refused = (why: RegExp) =>
  expect.objectContaining({ reason: "POLICY_REFUSED", message: expect.stringMatching(why) });

describe("the QR text in a data message", () => {
  test("is read where it says what the message says, and the node has signed it", async () => {
    const asked: string[] = [];
    const check = (good: boolean) =>
      checkQr({ ...metadata, qr: text() }, (signed, signature) => {
        asked.push(`${signed}|${signature}`);
        return Promise.resolve(good);
      });
    await check(true);
    expect(asked).toEqual([text()]);
    await expect(check(false)).rejects.toEqual(refused(/no key of the node/));
  });

  test("is refused where it points to another certificate, so that no core has one shown under this seal", async () => {
    const others = [{ number: "1" }, { holder: "别**" }, { node: "440300" }, { validTo: "2099-12-31" }];
    for (const other of others) {
      const check = checkQr({ ...metadata, qr: text(other) }, good);
      await expect(check, JSON.stringify(other)).rejects.toEqual(refused(/states something else/));
    }
    await expect(checkQr({ ...metadata, qr: "https://example.cn/" }, good)).rejects.toEqual(refused(/QR code/));
  });

  test("may be left out only where it would be too long: the core does not choose whether there is one", async () => {
    await expect(checkQr(metadata, good)).rejects.toEqual(refused(/must bear/));
    await checkQr({ ...metadata, name: "证".repeat(300) }, good);
  });
});
