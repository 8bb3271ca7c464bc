import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { SealSchema } from "../../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { changedMembers, filledFrom, placedInForm, sealOf } from "./filled-seal.ts";

const seal = create(SealSchema, {
  ...{ code: "S-1", name: "章", departmentCode: "11440106MB9DEM1292", signingCertificatePem: "-----BEGIN" },
  pictureJson: '{"kind":"round","name":"某局","diameter":42}',
  unitCodes: ["114401000000990016"],
  electronicSeal: new Uint8Array([1, 2, 3]),
});

test("a seal that was only looked at changes nothing, and of one that was changed just that is sent (6.4.1.4)", () => {
  const filled = filledFrom(seal);
  expect(sealOf(filled, seal.departmentCode)).toMatchObject({
    unitCodes: seal.unitCodes,
    pictureJson: seal.pictureJson,
  });
  expect(changedMembers(seal, filled)).toEqual([]);
  expect(changedMembers(seal, { ...filled, name: "新章", units: [] })).toEqual(["name", "unit_codes"]);
  expect(changedMembers(seal, { ...filled, electronicSeal: "" })).toEqual(["electronic_seal"]);
});

test("one that was unbound is bound again by being saved (5.9.4)", () => {
  const unbound = { ...seal, unbound: true };
  expect(changedMembers(unbound, filledFrom(unbound))).toEqual(["signing_certificate_pem"]);
});

test("what is no JSON goes as it is, for the node to tell its fault; a unit's fault stands at its row", () => {
  expect(sealOf({ ...filledFrom(seal), pictureJson: "{" }, "").pictureJson).toBe("{");
  expect(placedInForm("seal.unit_codes[2]")).toBe("seal.units[2].code");
});
