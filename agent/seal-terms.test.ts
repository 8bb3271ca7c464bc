import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDepartment, DEPARTMENT } from "../test/trust/department.ts";
import { ahead, at, openSealHouse, type SealHouse } from "../test/trust/seal-house.ts";
import { sealKeyChecks, sealTermChecks } from "./commands/seal-keys.ts";
import type { SealRule } from "./policy.ts";
import { sealTerms, termNotices } from "./seal-terms.ts";

let house: SealHouse;
beforeAll(async () => {
  house = await openSealHouse();
});
afterAll(() => house.bench.close());

const UNIT = { code: DEPARTMENT.organizationCode, name: DEPARTMENT.organization, division: "440100" };

/** A policy of one seal, S1, as the agent loads it. */
function policyOf(changes: Partial<SealRule> = {}) {
  const { signer } = house.department;
  const units = new Map([[DEPARTMENT.organizationCode, UNIT]]);
  const picture = { text: "{}", sha256: "" };
  const rule = { picture, code: "S1", keyLabel: "seal", signer, items: new Set(["A"]), units, ratePerMinute: 1 };
  const electronic = house.makeSeal();
  return { seals: new Map<string, SealRule>([["S1", { ...rule, electronic, ...changes }]]) };
}

const outcomes = (checks: { name: string; outcome: string }[]) =>
  checks.filter(({ outcome }) => outcome !== "ok").map(({ name, outcome }) => `${outcome} ${name}`);

describe("6.2.1.2 what an agent tells of its seals", () => {
  test("is nothing while certificates and electronic seal are good for more than 30 days", () => {
    expect(termNotices(sealTerms(policyOf()), at)).toEqual([]);
    expect(outcomes(sealTermChecks(policyOf(), at))).toEqual([]);
  });

  test("is the electronic seal that ends within 30 days, has ended, or has not begun", () => {
    for (const [validFrom, validTo, outcome, text] of [
      [ahead(-1), ahead(29), "warn", "ends in 29 days"],
      [ahead(-9), ahead(-1), "fail", "expired on"],
      [ahead(1), ahead(90), "fail", "valid only from"],
    ] as const) {
      const policy = policyOf({ electronic: house.makeSeal({ validFrom, validTo }) });
      expect(outcomes(sealTermChecks(policy, at))).toEqual([`${outcome} electronic seal of seal S1`]);
      expect(sealTermChecks(policy, at).find((check) => check.outcome === outcome)?.remedy).toContain(
        "ecert seal make",
      );
      expect(termNotices(sealTerms(policy), at)).toEqual([expect.stringContaining(`electronic seal of seal S1`)]);
      expect(termNotices(sealTerms(policy), at)[0]).toContain(text);
    }
  });

  test("is the signing certificate that ends within 30 days or has ended, and the authority above it", async () => {
    const { signer } = await createDepartment(house.authority, "SM2", 20);
    const policy = policyOf({ signer, electronic: house.makeSeal({ signers: [signer.certificate] }) });
    expect(outcomes(sealTermChecks(policy, at))).toEqual(["warn certificate of seal S1"]);
    expect(outcomes(sealTermChecks(policy, ahead(21)))).toEqual(["fail certificate of seal S1"]);
    const late = outcomes(sealTermChecks(policyOf(), ahead(3651)));
    expect(late).toContain("fail authority of seal S1");
  });

  test("is an electronic seal whose octets are not what the seal maker signed", () => {
    const electronic = Uint8Array.from(house.makeSeal());
    electronic[electronic.length - 3] = (electronic[electronic.length - 3] ?? 0) ^ 1;
    expect(outcomes(sealTermChecks(policyOf({ electronic }), at))).toEqual(["fail seal maker's signature on seal S1"]);
  });

  test("is a key that is missing or another's, and a department that the policy's units leave out (5.8.4)", () => {
    const { spki } = house.department.signer.parsed;
    const key = (publicKey: Uint8Array, label = "seal") => [{ label, algorithm: "sm2-sm3" as const, publicKey }];
    expect(sealKeyChecks(policyOf(), key(spki))).toMatchObject([{ outcome: "ok" }]);
    for (const [checks, outcome, detail] of [
      [sealKeyChecks(policyOf(), key(spki, "other")), "fail", "not in the device"],
      [sealKeyChecks(policyOf(), key(house.maker.signer.parsed.spki)), "fail", "not for key seal"],
      [sealKeyChecks(policyOf({ units: new Map([["X", UNIT]]) }), key(spki)), "warn", "`units` does not"],
    ] as const) {
      expect(checks).toMatchObject([{ outcome, detail: expect.stringContaining(detail), remedy: expect.any(String) }]);
    }
  });
});
