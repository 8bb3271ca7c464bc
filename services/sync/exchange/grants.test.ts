import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { UsageGroundSchema } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { openTestRuntime, type TestRuntime, testCall } from "../../../test/fixtures/runtime.ts";
import { GRANT_LIFETIME_MS } from "../../trust/matter-grant.ts";
import { createGrants, type Grants } from "./grants.ts";

const [PROVINCE, CITY, USER] = ["440000", "440100", "440300"];
const START = Date.parse("2026-11-24T02:00:00Z");
const ground = create(UsageGroundSchema, {
  ...{ node: USER, appKey: "440300-zwdt", matterCode: "matter-1", purpose: "办理开办餐饮店" },
  ...{ usageCodeDigest: "ab".repeat(32), holderCodeType: "111", holderCode: "440301199303030030" },
});

describe("6.4.6.1: what the province grants a matter of another city", () => {
  let fields: string[];
  let province: TestRuntime;
  let city: TestRuntime;
  let verified: number;
  let grants: Grants;
  let issuer: Grants;
  beforeEach(async () => {
    [fields, verified] = [["name"], 0];
    const items = () => [{ itemCode: "item-1", fields, files: [FileFormat.PDF] }];
    const matter = () => ({ node: USER, departmentCode: "11440300MB2C91870E", name: "事项", items: items() });
    const terms = { getUsageTerms: async () => ({ matter: matter(), department: { name: "部门" } }) };
    const clients = { [TermsService.typeName]: terms };
    province = await openTestRuntime({ service: "sync", role: "province", code: PROVINCE, clients });
    const peers = [{ node: PROVINCE, role: "province" }] as never;
    const nodeKeys = { [PROVINCE]: province.nodePublicKeyPem };
    city = await openTestRuntime({ service: "sync", code: CITY, peers, nodeKeys });
    grants = createGrants(province.runtime);
    const verifyNode: typeof city.runtime.verifyNode = (...signed) => {
      verified += 1;
      return city.runtime.verifyNode(...signed);
    };
    issuer = createGrants({ ...city.runtime, verifyNode });
  });
  afterEach(async () => {
    await province.close();
    await city.close();
  });

  /** The grant of a question so long after the first, and what the issuing city reads of it. */
  async function granted(afterMs: number) {
    for (const { setNow } of [province, city]) setNow(new Date(START + afterMs).toISOString());
    const { items, ground: known } = await grants.found(ground, testCall({ kind: "node", node: USER, name: "sync" }));
    const question = grants.granted(known, items, CITY);
    return { signature: question.grant?.signature, question, read: issuer.given(question) };
  }

  test("is signed once for the questions of one code, and verified once, while the registry says the same", async () => {
    const first = await granted(0);
    expect(first.read).toEqual([{ item: "item-1", fields: ["name"], files: ["pdf"] }]);
    expect((await granted(5_000)).signature).toEqual(first.signature);
    expect(verified).toBe(1);
  });

  test("is signed anew as soon as the registry opens less: nobody goes on by what was", async () => {
    fields = ["name", "capital"];
    const before = await granted(0);
    fields = ["name"];
    const after = await granted(1_001);
    expect(after.signature).not.toEqual(before.signature);
    expect(after.read).toEqual([{ item: "item-1", fields: ["name"], files: ["pdf"] }]);
  });

  test("is signed anew long before it ends, and one that has ended is refused though its signature is known", async () => {
    const first = await granted(0);
    const later = await granted(GRANT_LIFETIME_MS / 5);
    expect(later.signature).not.toEqual(first.signature);
    await granted(GRANT_LIFETIME_MS);
    expect(() => issuer.given(first.question)).toThrow(expect.objectContaining({ reason: "PERMISSION_DENIED" }));
    const other = { ...later.question, usageCodeDigest: "cd".repeat(32) };
    expect(() => issuer.given(other)).toThrow(expect.objectContaining({ reason: "PERMISSION_DENIED" }));
  });
});
