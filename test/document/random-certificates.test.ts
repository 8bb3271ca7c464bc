import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { createFaceRenderer, type FaceSource } from "../../services/document/face.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { packFile } from "../../services/document/ofd/zip-write.ts";
import { seededNumbers } from "../../services/domain/seeded.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { createDepartment, type Department } from "../trust/department.ts";
import { type Bench, createBench } from "../trust/openssl.ts";
import { readWithOfdJs } from "./ofd-reader.ts";
import type { SeedItem } from "./seed.ts";
import { exampleMessage, seedItems } from "./seed.ts";

const COUNT = 150;
/** Of these, one in so many is opened in the outside reader. */
const READ = 75;

const item = seedItems().get("real-estate-certificate") as SeedItem;
const face = createFaceRenderer().compile(JSON.stringify(item.template), item.sealPicture);
let bench: Bench;
let trust: ReturnType<typeof createTrustAnchors>;
const departments = new Map<string, Department>();

beforeAll(async () => {
  bench = createBench();
  const authority = createAuthority(join(bench.directory, "ca"), { national: true });
  trust = createTrustAnchors([authority.certificates.root, authority.certificates["root-sm2"] ?? ""]);
  for (const kind of ["P-256", "SM2"] as const) departments.set(kind, await createDepartment(authority, kind));
});
afterAll(() => bench.close());

/** A certificate with random names and texts from the characters of GB 2312. */
function randomMessage(random: () => number, serial: number): FaceSource {
  const decoder = new TextDecoder("gb2312");
  const below = (limit: number): number => Math.floor(random() * limit);
  const hanzi = (count: number): string =>
    Array.from({ length: count }, () => decoder.decode(Uint8Array.of(0xb0 + below(39), 0xa1 + below(89)))).join("");
  const message = exampleMessage(item);
  return {
    ...message,
    metadata: {
      ...message.metadata,
      businessSerial: `random-${serial}`,
      holders: [{ name: hanzi(2 + below(20)), code: "", codeType: "111" }],
    },
    data: { ...message.data, location: hanzi(1 + below(60)), otherStatus: hanzi(1 + below(200)) },
  };
}

describe.each(["P-256", "SM2"])(`${COUNT} random certificates as OFD under %s`, (kind) => {
  test("verify, and one flipped bit in each is refused", { timeout: 240_000 }, async () => {
    const random = seededNumbers(20261124);
    const department = departments.get(kind) as Department;
    const { signer } = department;
    const options = { trust, at: new Date() };
    for (let i = 0; i < COUNT; i++) {
      const message = randomMessage(random, i);
      const pending = prepareOfdSignature(face.prepareOfd(message), { suite: signer.algorithm });
      const ofd = finishOfd(pending, department.signDigest(pending.digest, { pades: false }));
      expect(verifyOfd(ofd, options), `certificate ${i}`).toMatchObject({ ok: true, suite: signer.algorithm });

      const broken = pending.files.map((file) => ({ ...file }));
      const hit = broken[Math.floor(random() * broken.length)];
      if (hit === undefined) throw new Error("the package is empty");
      const content = Buffer.from(hit.content);
      const at = Math.floor(random() * content.length);
      content.writeUInt8(content.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
      // Packed anew, so that no checksum of the archive tells: only the signature can.
      const altered = broken.map((file) => (file === hit ? packFile(file.path, content, 1) : file));
      const value = department.signDigest(pending.digest, { pades: false });
      expect(verifyOfd(finishOfd({ ...pending, files: altered }, value), options).ok, `certificate ${i}`).toBe(false);

      if (i % READ !== 0) continue;
      const view = await readWithOfdJs(ofd);
      expect(view.text).toContain(message.metadata.holders[0]?.name);
    }
  });
});
