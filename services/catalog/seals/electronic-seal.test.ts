import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SealSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { PutSealRequestSchema, RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { makePng } from "../../../test/document/png.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { createDepartment, DEPARTMENT } from "../../../test/trust/department.ts";
import { ahead, at, openSealHouse, type SealHouse } from "../../../test/trust/seal-house.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import { sealImage } from "../../document/ofd/seal-image.ts";
import type { SealPicture } from "../../document/seal-picture.ts";
import type { SignerFiles } from "../../domain/authority-files.ts";
import type { NodeConfig } from "../../host/config.ts";
import type { RunningService } from "../../node/runtime.ts";
import { childrenOf, readDer } from "../../trust/der.ts";
import { octetString, sequence } from "../../trust/der-write.ts";
import { fromPem } from "../../trust/pem.ts";
import { catalogService } from "../main.ts";

const PICTURE: SealPicture = { kind: "round", name: DEPARTMENT.organization, caption: "电子证照专用章", diameter: 42 };
const CODE = "DZYZ-440100-0001";

let house: SealHouse;
let test_: TestRuntime;
let running: RunningService;

beforeAll(async () => {
  house = await openSealHouse();
  const { authority, bench } = house;
  bench.file("anchors.pem", `${authority.certificates["root-sm2"]}${authority.certificates.root}`);
  await start({ anchorFiles: [join(bench.directory, "anchors.pem")] });
});
afterAll(async () => {
  await stop();
  house.bench.close();
});

async function start(signers?: SignerFiles): Promise<void> {
  const config = (signers ? { signers } : {}) as Partial<NodeConfig>;
  test_ = await openTestRuntime({ service: "catalog", now: at.toISOString(), config });
  running = await catalogService.start(test_.runtime);
  const department = { code: DEPARTMENT.organizationCode, name: DEPARTMENT.organization, division: "440100" };
  await directClient(running, RegistryService).putDepartment({ department });
}

async function stop(): Promise<void> {
  const closed = test_.close();
  await running.stop();
  await closed;
}

/** A seal with which nothing is wrong, but for the changes. */
function sealOf(electronicSeal: Uint8Array, changes: object = {}) {
  return {
    code: CODE,
    name: `${DEPARTMENT.organization}电子证照专用章`,
    departmentCode: DEPARTMENT.organizationCode,
    pictureJson: JSON.stringify(PICTURE),
    signingCertificatePem: house.department.certPem,
    electronicSeal,
    ...changes,
  };
}

const good = (changes: Parameters<SealHouse["makeSeal"]>[0] = {}) =>
  house.makeSeal({ picture: sealImage(PICTURE), ...changes });
const put = (electronicSeal: Uint8Array, changes: object = {}) =>
  directClient(running, RegistryService).putSeal({ seal: sealOf(electronicSeal, changes) });

/** Holds that a seal is refused, with the field, what is wrong with it and what to do. */
async function refused(call: Promise<unknown>, reason: string, text: string, field = "seal.electronic_seal") {
  const fields = [{ field, description: expect.stringContaining(text), remedy: expect.stringMatching(/\w{3}/) }];
  await expect(call).rejects.toMatchObject({ reason, fields });
}

describe("5.8.4 an electronic seal (GB/T 38540) is bound to a seal", () => {
  test("when a trusted maker made it for the certificate, under the seal's or the picture's name", async () => {
    for (const name of [`${DEPARTMENT.organization}电子证照专用章`, DEPARTMENT.organization]) {
      const electronic = good({ name });
      const { seal } = await put(electronic);
      expect(Buffer.from(seal?.electronicSeal ?? []).equals(electronic)).toBe(true);
    }
  });

  test("with a picture that the seal maker drew otherwise, of the same size; and in version 5", async () => {
    const png = { type: "png", data: makePng(8, 8), width: 42, height: 42 };
    expect((await put(good({ picture: png, version: 5 }))).seal?.code).toBe(CODE);
    const { electronic } = await directClient(running, RegistryService).getSeal({ code: CODE });
    expect(electronic).toMatchObject({ pictureType: "png", maker: expect.stringContaining("CN=") });
  });
});

describe("PutSeal refuses an electronic seal, naming the field and the remedy", () => {
  test("that lists another signing certificate", async () => {
    await refused(put(good({ signers: [house.maker.signer.certificate] })), "SIGNER_UNTRUSTED", "does not list");
  });

  test("that is expired, or not yet in force", async () => {
    await refused(put(good({ validFrom: ahead(-9), validTo: ahead(-1) })), "SIGNER_EXPIRED", "it is valid from");
    await refused(put(good({ validFrom: ahead(1) })), "SIGNER_EXPIRED", "it is valid from");
  });

  test("of another name, or with the certificate of another department (5.8.3)", async () => {
    await refused(put(good({ name: "广州市民政局" })), "INVALID_FIELD", "its name is 广州市民政局");
    const departmentCode = "114401000000990003";
    const department = { code: departmentCode, name: "另一部门", division: "440100" };
    await directClient(running, RegistryService).putDepartment({ department });
    const other = put(good(), { departmentCode });
    await refused(other, "CODE_INVALID", DEPARTMENT.organizationCode, "seal.signing_certificate_pem");
  });

  test("that bears the code of another seal", async () => {
    await put(good(), { code: "DZYZ-440100-0002" });
    await refused(put(good({ id: "DZYZ-440100-0002" })), "INVALID_FIELD", "file of seal DZYZ-440100-0002");
    expect((await put(good({ id: CODE }))).seal?.code).toBe(CODE);
  });

  test("of a seal maker whom nobody here trusts", async () => {
    const stranger = await openSealHouse();
    const foreign = stranger.makeSeal({ picture: sealImage(PICTURE), signers: [house.department.signer.certificate] });
    stranger.bench.close();
    await refused(put(foreign), "SIGNER_UNTRUSTED", "no path from");
  });

  test("whose picture has another size, or was drawn from another one", async () => {
    const small = sealImage({ ...PICTURE, diameter: 40 });
    await refused(put(good({ picture: small })), "INVALID_FIELD", "40 × 40 mm");
    const other = sealImage({ ...PICTURE, caption: "专用章" });
    await refused(put(good({ picture: other })), "INVALID_FIELD", "drawn from another one");
  });

  test("whose picture is damaged, or not what it says", async () => {
    const size = { width: 42, height: 42 };
    const cut = { type: "png", data: makePng(8, 8).subarray(0, 60), ...size };
    await refused(put(good({ picture: cut })), "INVALID_FIELD", "cut short");
    for (const [type, text] of [
      ["jpg", "the picture"],
      ["ofd", "the picture is no OFD"],
    ] as const) {
      await refused(put(good({ picture: { type, data: makePng(8, 8), ...size } })), "INVALID_FIELD", text);
    }
  });

  test("that was cut off, altered, or is no seal at all", async () => {
    const seal = good();
    await refused(put(seal.subarray(0, seal.length - 1)), "INVALID_FIELD", "DER");
    await refused(put(Buffer.from("seal")), "INVALID_FIELD", "DER");
    const altered = Uint8Array.from(seal);
    altered[altered.length - 3] = (altered[altered.length - 3] ?? 0) ^ 1;
    await refused(put(altered), "SIGNATURE_INVALID", "signature on the seal is wrong");
  });

  test("of version 1, which is only read", async () => {
    await refused(put(house.makeFirstVersion()), "INVALID_FIELD", "version 1 is only read");
  });

  test("of a maker with a weak key, and a seal for a signing certificate with one", async () => {
    const subject = `/CN=weak/2.5.4.97=${DEPARTMENT.organizationCode}`;
    const key = ["-newkey", "rsa:1024", "-nodes", "-keyout", "weak.key"];
    house.bench.openssl("req", "-x509", ...key, "-subj", subject, "-days", "9", "-out", "weak.pem");
    const weak = house.bench.openssl("x509", "-in", "weak.pem");
    const [der = new Uint8Array()] = fromPem("CERTIFICATE", weak);
    const [info, , algorithm, signature] = childrenOf(readDer(good()));
    const raw = (element: typeof info) => element?.raw ?? new Uint8Array();
    const made = sequence(raw(info), octetString(der), raw(algorithm), raw(signature));
    await refused(put(made), "SIGNATURE_INVALID", "weak");
    const bound = put(new Uint8Array(), { signingCertificatePem: weak });
    await refused(bound, "INVALID_FIELD", "weak", "seal.signing_certificate_pem");
  });

  test("over 500,000 bytes, by the rule of the contract", () => {
    const check = (length: number) => {
      const seal = create(SealSchema, sealOf(new Uint8Array(length)));
      checkFieldRules(PutSealRequestSchema, create(PutSealRequestSchema, { seal }));
    };
    expect(() => check(500_000)).not.toThrow();
    expect(() => check(500_001)).toThrow(
      expect.objectContaining({
        fields: [expect.objectContaining({ field: "seal.electronic_seal", remedy: expect.any(String) })],
      }),
    );
  });
});

test("PutSeal refuses every electronic seal at a node that names no authorities of seal makers", async () => {
  await stop();
  await start();
  await refused(put(good()), "SIGNER_UNTRUSTED", "no authorities");
});

test("PutSeal refuses an electronic seal whose maker was revoked, or whose status nothing tells", async () => {
  const { authority, bench } = house;
  const fallen = await createDepartment(authority, "SM2");
  authority.revoke(fallen.serial, "keyCompromise", ahead(-1));
  const lists = authority.crl();
  const signing = bench.file("signing.pem", authority.certificates["signing-sm2"] ?? "");
  const revocationList = bench.file("signing.crl", lists["signing-sm2"] ?? "");
  const other = bench.file("other.crl", lists.signing);
  const common = bench.file("common.pem", authority.certificates.signing);
  await stop();
  await start({ anchorFiles: [signing], revocationListFiles: [revocationList] });
  expect((await put(good())).seal?.code).toBe(CODE);
  const made = house.makeSeal({ picture: sealImage(PICTURE) }, fallen);
  await refused(put(made), "SIGNER_REVOKED", "revoked since");
  await stop();
  await start({ anchorFiles: [signing, common], revocationListFiles: [other] });
  await refused(put(good()), "SIGNER_UNTRUSTED", "is unknown");
});
