import { randomBytes } from "node:crypto";
import type { Client } from "@connectrpc/connect";
import { beforeEach, describe, expect, test } from "vitest";
import { UploadService } from "../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import { UPLOAD_PARTS, UPLOADS } from "../../services/issue/uploads/upload-record.ts";
import { MOST_OPEN } from "../../services/issue/uploads/uploads.ts";
import { directClient } from "../fixtures/runtime.ts";
import { APP, ISSUER, OTHER_APP } from "./catalog.ts";
import { type House, type Instance, refusalOf } from "./house.ts";
import { messageIn } from "./road.ts";
import { type Scene, sha256 } from "./scene.ts";

const PART = 1 << 20;
/** A file of the largest size that an attachment may have. */
const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), randomBytes((5 << 20) - 3)]);
const announced = (file: Uint8Array) => ({ bytes: file.length, sha256: sha256(file) });

/** What holds of files that are handed in part by part. */
export function uploadScenarios(scene: () => Scene): void {
  let house: House;
  let city: Instance;
  let uploads: Client<typeof UploadService>;
  const as = (app: string, at = city) =>
    directClient(at.running, UploadService, { kind: "app", app, department: ISSUER, node: "440100", scopes: [] });
  beforeEach(() => {
    ({ house, city } = scene());
    uploads = as(APP);
  });

  const begun = async (file: Uint8Array, client = uploads) => (await client.beginUpload(announced(file))).upload;
  const put = (uploadId: string, file: Uint8Array, offset: number, end = offset + PART, client = uploads) => {
    const content = file.subarray(offset, end);
    return client.putPart({ uploadId, offset, sha256: sha256(content), content });
  };
  const whole = async (file: Uint8Array, client = uploads) => {
    const { uploadId = "" } = (await begun(file, client)) ?? {};
    for (let at = 0; at < file.length; at += PART) await put(uploadId, file, at, at + PART, client);
    await client.finishUpload({ uploadId });
    return uploadId;
  };
  /** An order signed over the file, that names the upload in its place. */
  const orderNaming = (uploadId: string, content = photo) => {
    const { order, origin } = house.order({ attachments: [{ name: "photo.jpg", mediaType: "image/jpeg", content }] });
    const attachments = order.attachments.map((one) => ({ ...one, content: new Uint8Array(), uploadId }));
    return { order: { ...order, attachments }, origin };
  };

  describe("5.4.4 files that are handed in part by part", () => {
    test("5 MiB in parts are an attachment as if they had come at once, and the order may be repeated", async () => {
      const order = orderNaming(await whole(photo));
      const first = await city.issue.makeCertificate(order);
      expect(messageIn(first.certificate).attachments).toMatchObject([{ sha256: sha256(photo), size: photo.length }]);
      expect(await city.issue.makeCertificate(order)).toEqual(first);
      // Its parts are gone: the attachment alone keeps the bytes.
      const parts = await house.runtime.store.collection(UPLOAD_PARTS);
      expect(await parts.count("uploads")).toBe(0);
      await city.connectAgent();
      const { certificate } = await city.issue.issueCertificate({ businessSerial: order.order.businessSerial });
      expect(certificate?.identifier).toBe(first.certificate?.identifier);
    });

    test("what has come is told, also by another replica behind a crash, and only the rest is sent again", async () => {
      const { uploadId = "" } = (await begun(photo)) ?? {};
      await put(uploadId, photo, 0);
      await put(uploadId, photo, PART);
      const other = as(APP, await house.start());
      const again = await begun(photo, other);
      expect(again).toMatchObject({ uploadId, received: 2 * PART, finished: false });
      for (let at = 2 * PART; at < photo.length; at += PART) await put(uploadId, photo, at, at + PART, other);
      await other.finishUpload({ uploadId });
      expect(await begun(photo)).toMatchObject({ uploadId, received: photo.length, finished: true });
    });

    test("a part that comes twice, or twice at once, is one part", async () => {
      const file = Buffer.from("abcdef");
      const { uploadId = "" } = (await begun(file)) ?? {};
      const [one, two] = await Promise.all([put(uploadId, file, 0, 3), put(uploadId, file, 0, 3)]);
      expect([one.upload?.received, two.upload?.received]).toEqual([3, 3]);
      expect((await put(uploadId, file, 3)).upload?.received).toBe(6);
      expect((await put(uploadId, file, 0, 3)).upload?.received).toBe(6);
      expect((await uploads.finishUpload({ uploadId })).upload?.finished).toBe(true);
      expect((await uploads.finishUpload({ uploadId })).upload?.finished).toBe(true);
    });

    test("parts out of their order, of another digest, or beyond what was announced are refused at their field", async () => {
      const file = Buffer.from("abcdef");
      const { uploadId = "" } = (await begun(file)) ?? {};
      const refusedAt = async (call: Promise<unknown>) => (await refusalOf(call, "INVALID_FIELD")).fields[0]?.field;
      expect(await refusedAt(put(uploadId, file, 3))).toBe("offset");
      const content = Buffer.from("abc");
      expect(await refusedAt(uploads.putPart({ uploadId, offset: 0, sha256: sha256(file), content }))).toBe("sha256");
      expect(await refusedAt(put(uploadId, Buffer.from("abcdefg"), 0))).toBe("content");
      await put(uploadId, file, 0, 3);
      expect(await refusedAt(put(uploadId, Buffer.from("xyz"), 0))).toBe("offset");
      expect(await refusedAt(uploads.finishUpload({ uploadId }))).toBe("upload_id");
    });

    test("another file than was announced leaves the upload empty, and the right one is taken then", async () => {
      const file = Buffer.from("abcdef");
      const { uploadId = "" } = (await begun(file)) ?? {};
      await put(uploadId, Buffer.from("abcxyz"), 0);
      const refusal = await refusalOf(uploads.finishUpload({ uploadId }), "INVALID_FIELD");
      expect(refusal.localized).toContain("请重新上传");
      expect(await begun(file)).toMatchObject({ uploadId, received: 0 });
      await put(uploadId, file, 0);
      expect((await uploads.finishUpload({ uploadId })).upload?.finished).toBe(true);
    });

    test("an upload is its caller's own, and orders name whole ones alone", async () => {
      const uploadId = await whole(photo);
      await refusalOf(as(OTHER_APP).finishUpload({ uploadId }), "UPLOAD_UNKNOWN");
      const refusal = await refusalOf(city.as(OTHER_APP).makeCertificate(orderNaming(uploadId)), "UPLOAD_UNKNOWN");
      expect(refusal.fields[0]?.field).toBe("order.attachments[0].upload_id");
      await as(OTHER_APP).dropUpload({ uploadId });
      const beside = orderNaming(uploadId);
      const attachments = beside.order.attachments.map((one) => ({ ...one, content: Buffer.from("a") }));
      const twice = { ...beside, order: { ...beside.order, attachments } };
      await refusalOf(city.issue.makeCertificate(twice), "ATTACHMENT_REFUSED");
      const file = Buffer.from("abc");
      const half = (await begun(file))?.uploadId ?? "";
      await refusalOf(city.issue.makeCertificate(orderNaming(half, file)), "ATTACHMENT_REFUSED");
    });

    test("what another service of the node has used is none of an order any more, and makes room for another", async () => {
      const uploadId = await whole(photo);
      const governance = directClient(city.running, UploadService, {
        ...{ kind: "service", node: "440100", name: "governance" },
      });
      const asked = { uploadId, by: `app/${APP}` };
      expect(Buffer.compare((await governance.readUpload(asked)).content, photo)).toBe(0);
      await refusalOf(governance.readUpload({ ...asked, by: `app/${OTHER_APP}` }), "UPLOAD_UNKNOWN");
      await governance.useUpload({ ...asked, by: `app/${OTHER_APP}` });
      expect(await begun(photo)).toMatchObject({ uploadId });
      await governance.useUpload(asked);
      await governance.useUpload(asked);
      const { upload, content } = await governance.readUpload(asked);
      expect([upload?.finished, content.length]).toEqual([true, 0]);
      await refusalOf(city.issue.makeCertificate(orderNaming(uploadId)), "UPLOAD_UNKNOWN");
      expect((await begun(photo))?.uploadId).not.toBe(uploadId);
      const parts = await house.runtime.store.collection(UPLOAD_PARTS);
      expect(await parts.count("uploads")).toBe(0);
    });

    test("one that is given up is unknown, makes room for another, and is removed with all that are over", async () => {
      const files = Array.from({ length: MOST_OPEN }, (_, index) => Buffer.from(`file ${index}`));
      const ids = await Promise.all(files.map(async (file) => (await begun(file))?.uploadId ?? ""));
      await put(ids[0] as string, files[0] as Buffer, 0);
      const refusal = await refusalOf(begun(photo), "OVERLOADED");
      expect(refusal.localized).toContain(String(MOST_OPEN));
      await uploads.dropUpload({ uploadId: ids[0] as string });
      await refusalOf(uploads.finishUpload({ uploadId: ids[0] as string }), "UPLOAD_UNKNOWN");
      expect((await begun(photo))?.received).toBe(0);
      // The sweep runs at the start of a service, too.
      house.setNow(new Date(house.runtime.now().getTime() + 26 * 3_600_000).toISOString());
      await refusalOf(uploads.finishUpload({ uploadId: ids[1] as string }), "UPLOAD_UNKNOWN");
      await house.start();
      const stored = await Promise.all([UPLOADS, UPLOAD_PARTS].map((spec) => house.runtime.store.collection(spec)));
      const left = async () => [await stored[0]?.count("expires"), await stored[1]?.count("uploads")];
      await expect.poll(left).toEqual([0, 0]);
    });
  });
}
