import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CertificateRecordSchema, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { type Issued, openScene, type Scene, SIGNED_AT } from "../../../test/attacks/scene.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { locateSignature } from "../../trust/pades-locate.ts";
import { statusOf } from "./status-across.ts";

let scene: Scene;
let issued: Issued;
let other: Issued;
beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
  other = scene.issue("2026000002");
});
afterAll(() => scene.close());

const status = (signature: Uint8Array) => {
  const record = create(CertificateRecordSchema, {
    identifier: issued.message.metadata.identifier,
    node: "440100",
    state: CertificateState.ISSUED,
    issuedAt: SIGNED_AT.toISOString(),
    message: issued.messageBytes,
    messageCms: issued.messageCms,
  });
  return statusOf(record, signature, async () => new Uint8Array(issued.pdf));
};

test("公众查验: without a signature, and with another certificate's, there are digests and no content", async () => {
  const faces = issued.message.faces.map(({ format, sha256 }) => ({
    format: FileFormat[format === "pdf" ? "PDF" : "OFD"],
    sha256,
  }));
  for (const signature of [new Uint8Array(), other.messageCms, locateSignature(other.pdf).cms]) {
    const told = await status(signature);
    expect(told).toMatchObject({ node: "440100", messageSha256: sha256Hex(issued.messageBytes), faces });
    expect(told).not.toHaveProperty("message");
    expect(told).not.toHaveProperty("pdf");
  }
});

test("公众查验: the signature over the message opens the message, the one in the PDF opens the PDF, and neither opens both", async () => {
  const byMessage = await status(issued.messageCms);
  expect(byMessage.message).toEqual(issued.messageBytes);
  expect(byMessage).not.toHaveProperty("pdf");
  const byFace = await status(locateSignature(issued.pdf).cms);
  expect(Buffer.compare(byFace.pdf ?? new Uint8Array(), issued.pdf)).toBe(0);
  expect(byFace).not.toHaveProperty("message");
});
