import { expect, test } from "vitest";
import { exampleMessage, type SeedItem, seedItems } from "../../../test/document/seed.ts";
import { createFaceRenderer } from "../face.ts";

test("a QR code of the identifier shows the signed text where the message has one", () => {
  const item = seedItems().get("business-licence") as SeedItem;
  const face = createFaceRenderer().compile(JSON.stringify(item.template), item.sealPicture);
  const plain = exampleMessage(item);
  const withQr = (qr: string) => face.preparePdf({ ...plain, metadata: { ...plain.metadata, qr } });
  const sameText = withQr(plain.metadata.identifier);
  const longer = withQr(`${plain.metadata.identifier}|${"A".repeat(170)}`);
  // Five times the text is about four times the modules, packed; nothing else of the page depends on it.
  const size = ({ bytes }: { bytes: Uint8Array }) => bytes.length;
  expect(size(sameText)).toBe(size(face.preparePdf(plain)));
  expect(size(longer)).toBeGreaterThan(size(sameText) + 100);
});
