import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSeal } from "../../services/trust/seal/read-seal.ts";
import { readSealSignature } from "../../services/trust/seal/read-seal-signature.ts";
import { verifySeal } from "../../services/trust/seal/verify-seal.ts";
import { verifySealSignature } from "../../services/trust/seal/verify-seal-signature.ts";
import { attachSealTimeStamp } from "../../services/trust/time-stamp/attach.ts";
import { at, content, detailsOf, openSealHouse, type SealHouse } from "./seal-house.ts";
import { createStampMaker } from "./stamp-maker.ts";

const maker = createStampMaker("sm2");
const timeStamps = maker.trust;

let house: SealHouse;
beforeAll(async () => {
  house = await openSealHouse();
});
afterAll(() => house.bench.close());

const stampOver = (value: Uint8Array) => maker.token(value, { time: at, national: true });

describe.each([4, 5] as const)(
  "a signature by electronic seal of version %i (GB/T 38540, GM/T 0031-2025)",
  (version) => {
    const signed = () => house.signWith(house.makeSeal({ version }));
    const verify = (der: Uint8Array, trusted = true) =>
      verifySealSignature(der, content, { ...house.options, ...(trusted && { timeStamps }) });

    test("bears its time stamp over the signature value as [0] BIT STRING at its end", () => {
      const der = signed();
      const { signature } = readSealSignature(der);
      const stamped = attachSealTimeStamp(der, stampOver(signature));
      expect(readSealSignature(stamped)).toMatchObject({ version, signature, timeStamp: expect.anything() });
      expect(verify(stamped)).toMatchObject({ ok: true, timeStamp: { ok: true, stamp: { time: at, hash: "sm3" } } });
      expect(() => attachSealTimeStamp(stamped, stampOver(signature))).toThrow("without a time stamp");
    });

    test("is refused with the stamp of another signature, and good where nobody trusts the authority", () => {
      const [one, other] = [signed(), signed()];
      const token = stampOver(readSealSignature(one).signature);
      expect(detailsOf(verify(attachSealTimeStamp(other, token)))).toBe("time stamp: the imprint is of something else");
      expect(verify(attachSealTimeStamp(one, token), false)).toMatchObject({ ok: true, timeStamp: { ok: false } });
    });
  },
);

describe("a seal of version 5 (GM/T 0031-2025)", () => {
  const verify = (der: Uint8Array, trusted = true) =>
    verifySeal(der, { ...house.options, ...(trusted && { timeStamps }) });

  test("may bear a time stamp over its maker's signature, which is verified", () => {
    const seal = house.makeSeal({ version: 5 });
    const stamped = attachSealTimeStamp(seal, stampOver(readSeal(seal).signature));
    expect(verify(stamped)).toMatchObject({ ok: true, notices: [] });
    expect(verify(stamped, false)).toMatchObject({ ok: true, notices: [expect.stringContaining("not trusted here")] });
  });

  test("is refused with the stamp of another seal; version 4 has no place for one", () => {
    const token = stampOver(readSeal(house.makeSeal({ version: 5 })).signature);
    const other = attachSealTimeStamp(house.makeSeal({ version: 5, id: "44010000000002" }), token);
    expect(detailsOf(verify(other))).toBe("seal: time stamp: the imprint is of something else");
    expect(detailsOf(verify(attachSealTimeStamp(house.makeSeal(), token)))).toContain("too many members");
  });
});
