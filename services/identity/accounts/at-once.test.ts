import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { type IdentityHouse, MARKET, openIdentityHouse } from "../../../test/fixtures/identity-house.ts";

const NAMES = ["440100-a", "440100-b", "440100-c", "440100-d"] as const;
const account = (id: string, roles: Role[] = [Role.MAKER]) => ({
  account: { id, name: "张三", departmentCode: MARKET.code, roles },
});

describe.each(await bothEngines())("several at the same time, on $name", ({ open }) => {
  let house: IdentityHouse;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    const opened = await open();
    remove = opened.remove;
    house = await openIdentityHouse(opened.store);
  });
  afterAll(async () => {
    await house.close();
    await remove();
  });

  /** What came of calls that were begun together: how many were served, and the others' reasons. */
  async function outcomes(calls: readonly Promise<unknown>[]) {
    const ended = await Promise.allSettled(calls);
    return {
      served: ended.filter(({ status }) => status === "fulfilled").length,
      refused: ended.flatMap((one) => (one.status === "rejected" ? [one.reason.reason] : [])),
    };
  }

  test("set up one first administrator (5.9.2)", async () => {
    const setUp = (id: string) =>
      house.operator.setUpAdministrator({
        ...account(id, [Role.ADMINISTRATOR]),
        certificatePem: house.certificate("张三"),
      });
    const { served, refused } = await outcomes(NAMES.map(setUp));
    expect(served).toBe(1);
    expect(refused).toEqual(Array(3).fill("ALREADY_EXISTS"));
  });

  test("bind a certificate to one account, whether it is there already or opened with it (5.8.3)", async () => {
    for (const id of NAMES.slice(0, 2)) await house.operator.putAccount(account(id));
    const certificatePem = house.certificate("李四");
    const bound = NAMES.slice(0, 2).map((id) => house.operator.bindCertificate({ id, certificatePem }));
    const opened = NAMES.slice(2).map(async (id) => {
      const { stored } = await house.operator.importAccounts({ rows: [{ ...account(`${id}-new`), certificatePem }] });
      // Another was first before the rows were judged.
      if (!stored) throw { reason: "ALREADY_EXISTS" };
    });
    const { served, refused } = await outcomes([...bound, ...opened]);
    expect(served).toBe(1);
    expect(refused).toEqual(Array(3).fill("ALREADY_EXISTS"));
    const holders = (await house.operator.listAccounts({})).accounts.filter(({ certificates }) =>
      certificates.some(({ subject }) => subject.includes("李四")),
    );
    expect(holders).toHaveLength(1);
  });

  test("change one account each as a whole: no certificate and no role is lost", async () => {
    const id = "440100-busy";
    await house.operator.putAccount(account(id));
    const certificates = ["甲", "乙", "丙"].map((name) => house.certificate(name));
    await Promise.all([
      ...certificates.map((certificatePem) => house.operator.bindCertificate({ id, certificatePem })),
      house.operator.putAccount(account(id, [Role.SIGNER])),
      house.operator.closeAccount({ id }).catch(() => {}),
    ]);
    const { account: after } = await house.operator.getAccount({ id });
    expect([after?.certificates.length, after?.roles]).toEqual([3, [Role.SIGNER]]);
  });
});
