import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import type { OrderAttachment } from "../../services/client/order.ts";
import { readZip } from "../../services/document/ofd/zip-read.ts";
import { readPictureFile } from "../../services/document/picture/read-picture.ts";
import { addDays, shanghaiDay } from "../../services/domain/civil-date.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { writeStatusBundle } from "../../services/trust/status-bundle.ts";
import { makeJpeg, turned } from "../document/jpeg.ts";
import { chunk, makePng } from "../document/png.ts";
import { seedItems } from "../document/seed.ts";
import { DEPARTMENT } from "../trust/department.ts";
import { RESIDENCE } from "./catalog.ts";
import { type House, type Instance, openHouse, refusalOf } from "./house.ts";
import { type AgentHost, createAgentHost } from "./real-agent.ts";
import { issue, issued, messageIn } from "./road.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const originKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const item = seedItems().get("residence-permit");
const jpeg = makeJpeg({ side: 640 });
const photo: OrderAttachment = { name: "照片", mediaType: "image/jpeg", content: jpeg };
/** A blue stroke on clear ground. */
const signature: OrderAttachment = {
  name: "签名",
  mediaType: "image/png",
  content: makePng(80, 40, { type: 6, pixel: (x, y) => [0, 0, 255, Math.abs(x - 2 * y) < 6 ? 255 : 0] }),
};

let host: AgentHost;
let house: House;
let city: Instance;

beforeAll(async () => {
  host = await createAgentHost(publicKey.export({ type: "spki", format: "pem" }).toString());
});
afterAll(() => host.close());
beforeEach(async () => {
  house = await openHouse({ host, originKeyPem });
  city = await house.start();
});
afterEach(() => house.close());

const orderWith = (...attachments: OrderAttachment[]) => {
  const { holders = [], data = {} } = item?.example ?? {};
  const issueDate = addDays(shanghaiDay(house.runtime.now()), -1);
  return house.order({ itemCode: RESIDENCE, holders, data, issueDate, attachments });
};

describe("5.3 d a residence permit (居住证) whose photo is an attachment, signed by the real agent", () => {
  let folder: string;
  let identifier: string;
  const at = (name: string) => join(folder, name);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ecert-photo-"));
    await city.connectAgent();
    expect(jpeg.length).toBeGreaterThan(40_000);
    const certificate = await issued(city, orderWith(photo, signature));
    identifier = certificate.identifier;
    for (const [format, name] of [
      [FileFormat.PDF, "permit.pdf"],
      [FileFormat.OFD, "permit.ofd"],
    ] as const) {
      writeFileSync(at(name), (await city.archive.getFile({ identifier, format })).file?.content ?? "");
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("shows the photo and the signature, in PDF and OFD, as they are", () => {
    const list = execFileSync("pdfimages", ["-list", at("permit.pdf")], { encoding: "utf8" });
    expect(list).toMatch(/image +640 +\d+ +rgb +3 +8 +jpeg/);
    expect(list).toMatch(/image +80 +40 +rgb[\s\S]*smask +80 +40 +gray/);
    execFileSync("pdfimages", ["-all", at("permit.pdf"), at("shown")]);
    const shown = readPictureFile(jpeg, "jpeg", (what) => new Refusal("DATA_INVALID", what)).bytes;
    expect(readFileSync(at("shown-000.jpg")).equals(shown)).toBe(true);
    const files = [...readZip(readFileSync(at("permit.ofd"))).values()].map((bytes) => Buffer.from(bytes));
    expect(files.some((bytes) => bytes.equals(shown))).toBe(true);
    expect(files.some((bytes) => bytes.equals(Buffer.from(signature.content)))).toBe(true);
  });

  test("shows the clear parts of the signature as paper, and its strokes in their colour", () => {
    // Five pixels a mm: the signature's box of 40 × 20 mm.
    const box = ["-r", "127", "-x", "600", "-y", "825", "-W", "200", "-H", "100"];
    execFileSync("pdftoppm", [...box, "-singlefile", at("permit.pdf"), at("page")]);
    const pixels = readFileSync(at("page.ppm")).subarray(-200 * 100 * 3);
    const colorAt = (x: number, y: number) => [...pixels.subarray((y * 200 + x) * 3, (y * 200 + x) * 3 + 3)];
    expect(colorAt(100, 50)).toEqual([0, 0, 255]);
    expect(Math.min(...colorAt(180, 10))).toBeGreaterThan(200);
  });

  test("is valid to `ecert verify`, and refused once a bit of the photo is another", () => {
    const node = generateKeyPairSync("ed25519");
    mkdirSync(at("trust"));
    const { root, signing } = host.authority.certificates;
    const lists = host.authority.crl();
    writeFileSync(at("trust/authorities.pem"), root + signing);
    writeFileSync(at("trust/lists.crl"), lists.root + lists.signing);
    for (const name of ["province-440000", "node-440100"]) {
      writeFileSync(at(`trust/${name}.pem`), node.publicKey.export({ type: "spki", format: "pem" }));
    }
    writeFileSync(
      at("trust/issuers.json"),
      JSON.stringify({ [DEPARTMENT.organizationCode]: { types: [item?.typeCode] } }),
    );
    const builtAt = new Date(house.runtime.now().getTime() + 60_000).toISOString();
    const head = { publisher: "440000", builtAt, nodes: [{ node: "440100", records: 1, root: "0".repeat(64) }] };
    const none = { suspended: [], revoked: [], superseded: [] };
    const bundle = writeStatusBundle(head, none, new Uint8Array(16), (bytes) => sign(null, bytes, node.privateKey));
    writeFileSync(at("states.ecsb"), bundle);
    const verify = (file: string) => {
      const main = join(import.meta.dirname, "../../ops/ecert/main.ts");
      const options = ["--trust", "trust", "--offline", "--status", "states.ecsb", "--at", builtAt];
      return spawnSync(process.execPath, [main, "verify", file, ...options], { encoding: "utf8", cwd: folder });
    };
    for (const name of ["permit.pdf", "permit.ofd"]) {
      expect(verify(name).stdout).toContain("真实有效 (valid)");
      const bytes = readFileSync(at(name));
      const inPhoto = bytes.indexOf(jpeg.subarray(-2000, -1900));
      expect(inPhoto).toBeGreaterThan(0);
      bytes[inPhoto] = (bytes[inPhoto] ?? 0) ^ 1;
      writeFileSync(at(`flipped-${name}`), bytes);
      expect(verify(`flipped-${name}`).status).toBe(1);
    }
  });
});

describe("an order whose photo the face cannot show leaves nothing behind:", () => {
  const text = { name: "照片", mediaType: "text/plain", content: Buffer.from("no picture") };
  const jpegOf = (content: Uint8Array) => ({ ...photo, content });
  test.each<[string, OrderAttachment, RegExp]>([
    ["a text", text, /no picture/],
    ["one turned by its Exif", jpegOf(turned(jpeg, 8)), /Exif orientation/],
    ["one of too many bytes", jpegOf(Buffer.concat([jpeg, Buffer.alloc(600_000)])), /524288 are allowed/],
    ["one of too many pixels", { ...signature, name: "照片", content: vast() }, /4000000 are allowed/],
  ])("%s", async (_, attachment, description) => {
    const order = orderWith(signature, attachment);
    const refusal = await refusalOf(city.issue.makeCertificate(order), "ATTACHMENT_REFUSED");
    expect(refusal.fields[0]).toMatchObject({
      field: "attachments[1]",
      description: expect.stringMatching(description),
    });
    // The serial is free: a mended photo makes another order of it.
    const { businessSerial } = order.order;
    const mended = orderWith(photo);
    mended.order.businessSerial = businessSerial;
    expect((await city.issue.makeCertificate(mended)).certificate?.state).toBe(CertificateState.MADE);
  });

  test("one that changed on its way, by the digest that the department's system states", async () => {
    const order = orderWith(photo);
    const [sent] = order.order.attachments;
    if (sent) sent.content = Buffer.from(jpeg).fill(7, 900, 901);
    const refusal = await refusalOf(city.issue.makeCertificate(order), "ATTACHMENT_REFUSED");
    expect(refusal.fields[0]?.field).toBe("order.attachments[0].sha256");
  });
});

/** A PNG whose header claims pixels without end. */
function vast(): Buffer {
  const png = makePng(1, 1);
  const header = Buffer.from(png.subarray(16, 29));
  header.writeUInt32BE(2 ** 31 - 1, 0);
  return Buffer.concat([png.subarray(0, 8), chunk("IHDR", header), png.subarray(33)]);
}

test("a photo outlives the process that took it: another one issues what was made", async () => {
  const order = orderWith(photo, signature);
  const dying = await house.start({
    passed(step) {
      if (step === "face-drawn") throw new Error("killed");
    },
  });
  await expect(dying.issue.makeCertificate(order)).rejects.toThrow();
  const { certificate } = await city.issue.makeCertificate(order);
  const next = await house.start();
  await next.connectAgent();
  const { state, message } = await issue(next, order);
  expect(state).toBe(CertificateState.ISSUED);
  expect(messageIn({ message } as never).attachments).toEqual(messageIn(certificate).attachments);
});

test("many certificates at once each get their own photo", async () => {
  await city.connectAgent();
  const orders = Array.from({ length: 20 }, (_, i) =>
    orderWith({ ...photo, content: Buffer.concat([jpeg, Buffer.from([i])]) }),
  );
  await Promise.all(orders.map((order) => city.issue.makeCertificate(order)));
  const done = await Promise.all(orders.map((order) => issue(city, order)));
  expect(done.map(({ state }) => state)).toEqual(orders.map(() => CertificateState.ISSUED));
});
