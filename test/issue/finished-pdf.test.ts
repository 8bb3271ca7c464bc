import { afterAll, beforeAll, expect, test } from "vitest";
import { requireReadable } from "../../services/issue/sign/signature-check.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";
import { openScene, type Scene } from "../attacks/scene.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

test("5.9.4 a finished PDF is not kept where readers would find another signature in it, or none", () => {
  const { pdf, messageCms } = scene.issue("2026000001");
  const { byteRange, cms } = locateSignature(pdf);
  requireReadable(pdf, byteRange, cms);
  const refused = expect.objectContaining({ reason: "SIGNATURE_INVALID" });
  expect(() => requireReadable(pdf, byteRange, messageCms)).toThrow(refused);
  expect(() => requireReadable(pdf, [0, 1, 2, 3], cms)).toThrow(refused);
  const confusing = Buffer.from(pdf);
  confusing.write("/ByteRange[]", confusing.indexOf("<pdf:Producer"), "latin1");
  expect(() => requireReadable(confusing, byteRange, cms)).toThrow(refused);
});
