import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OperatorProof } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { chainCaller } from "../../../test/fixtures/chain-client.ts";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { startOperatorProvider, type TestProvider } from "../../../test/usage/operator-provider.ts";
import { caller, context, openUsageScene, STAFF, type UsageScene } from "../../../test/usage/scene.ts";
import type { Actor, StaffActor } from "../../domain/actor.ts";
import { consoleApp } from "../../domain/console-app.ts";
import type { Role } from "../../domain/role.ts";
import { USES, type UseDocument } from "../uses/holder-uses.ts";
import { CODES, type CodeDocument } from "./code-record.ts";

/* Who handles a case, through the real chain: only signing in and tokens are left out. */

let scene: UsageScene;
let calls: ReturnType<typeof chainCaller>;
const identifier = identifierOf("own-1");
const app: Actor = { ...caller, scopes: ["usage.use"] };
const staff = (account: string, name: string, roles: Role[] = ["user"]): StaffActor => ({
  kind: "staff",
  node: "440300",
  account,
  name,
  department: caller.department,
  division: "440300",
  roles,
});
const li = staff(STAFF.account, STAFF.name);
const as = (actor: Actor) => calls.as(UsageService, actor);
const made = (actor: Actor, operator: object) =>
  as(actor).createUsageContext({ requestId: randomUUID(), context: { ...context, operator } as never });
const lastEvidence = (kind: string) => scene.environment.evidence.findLast((line) => line.kind === kind)?.body;

beforeAll(async () => {
  scene = await openUsageScene();
  scene.records = [scene.record("own-1")];
  calls = chainCaller("usage", scene.running, "440300");
});
afterAll(() => scene.close());

/** Uses a code once, and tells what its receipt says of who did. */
async function receiptOf(actor: Actor, usageCode: string) {
  const { receipt } = await as(actor).verifyCertificate({ usageCode, identifier });
  const { operator, operatorProof, app: key } = JSON.parse(receipt?.statementJson ?? "{}");
  return { operator, operatorProof, app: key };
}

describe("who works behind a system's call is proved, or told as unproved (5.9.3, 5.9.5)", () => {
  test("a registered account of the app's department is proved, in evidence, receipt and what the holder's use is kept with", async () => {
    const { usageCode } = await made(app, { ...STAFF, proof: OperatorProof.ACCOUNT });
    const proved = { operator: STAFF.account, operatorProof: "account" };
    expect(lastEvidence("usage-context-created")).toMatchObject(proved);
    expect(await receiptOf(app, usageCode)).toMatchObject(proved);
    expect(lastEvidence("certificate-verified")).toMatchObject(proved);
    const uses = await scene.environment.runtime.store.collection<UseDocument>(USES);
    const { items } = await uses.query({ index: "holder", limit: 10, descending: true });
    expect(items[0]).toMatchObject(proved);
  });

  test("a free text is taken as before and told as unproved", async () => {
    const { usageCode } = await made(app, { account: "zhangsan", name: "张示例" });
    expect(await receiptOf(app, usageCode)).toMatchObject({ operator: "zhangsan", operatorProof: "none" });
  });

  test("an account that is none of the department's, or another's name, is refused with its field", async () => {
    const claimed = (operator: object) => made(app, { ...STAFF, ...operator, proof: OperatorProof.ACCOUNT });
    await expect(claimed({ account: "440300-wu" })).rejects.toMatchObject({
      reason: "ACCOUNT_UNKNOWN",
      fields: [{ field: "context.operator.account" }],
    });
    await expect(claimed({ name: "张示例" })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
      fields: [{ field: "context.operator.name" }],
    });
    const foreign = made({ ...app, department: "11440106MB9DEM11X6" } as Actor, {
      ...STAFF,
      proof: OperatorProof.ACCOUNT,
    });
    await expect(foreign).rejects.toMatchObject({ reason: "ACCOUNT_UNKNOWN" });
  });
});

describe("a token of the department's own provider proves the officer too (5.9.3)", () => {
  let oa: TestProvider;

  beforeAll(async () => {
    oa = await startOperatorProvider({ name: "张示例" });
    scene.operatorProvider = oa.provider;
  });
  afterAll(() => oa.close());

  const claimed = async (operator: object) =>
    made(app, {
      account: "zhangsan",
      name: "张示例",
      proof: OperatorProof.TOKEN,
      token: await oa.token(),
      ...operator,
    });

  test("whose sub and name are the officer's; the token itself is kept nowhere", async () => {
    const { usageCode } = await claimed({});
    expect(await receiptOf(app, usageCode)).toMatchObject({ operator: "zhangsan", operatorProof: "token" });
    const codes = await scene.environment.runtime.store.collection<CodeDocument>(CODES);
    const kept = JSON.stringify([await codes.query({ index: "ending", limit: 100 }), scene.environment.evidence]);
    expect(kept).toContain("zhangsan");
    expect(kept).not.toContain((await oa.token()).split(".")[1]);
  });

  test.each([
    ["of another audience", { audience: "other" }, "token"],
    ["of another person", { payload: { name: "李四" } }, "name"],
    ["without a name", { payload: {} }, "name"],
  ])("but not one %s", async (_, change, member) => {
    await expect(claimed({ token: await oa.token(change) })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
      fields: [{ field: `context.operator.${member}` }],
    });
  });

  test("nor may it name an account of the platform that is not one of the department's", async () => {
    const named = async (account: string, name: string) =>
      claimed({ account, name, token: await oa.token({ subject: account, payload: { name } }) });
    for (const account of ["440300-wu", "440100-zhang-san"])
      await expect(named(account, "吴")).rejects.toMatchObject({
        reason: "ACCOUNT_UNKNOWN",
        fields: [{ field: "context.operator.account" }],
      });
    await expect(named(STAFF.account, "吴")).rejects.toMatchObject({ fields: [{ field: "context.operator.name" }] });
    const { usageCode } = await named(STAFF.account, STAFF.name);
    expect(await receiptOf(app, usageCode)).toMatchObject({ operator: STAFF.account, operatorProof: "token" });
  });

  test("nor one that nobody asked for, or of an app whose record names no provider", async () => {
    const refused = (member: string) => ({ fields: [{ field: `context.operator.${member}` }] });
    await expect(claimed({ proof: OperatorProof.UNSPECIFIED })).rejects.toMatchObject(refused("token"));
    await expect(claimed({ token: "" })).rejects.toMatchObject(refused("token"));
    delete scene.operatorProvider;
    await expect(claimed({})).rejects.toMatchObject(refused("proof"));
  });
});

describe("staff use certificates on screen as the console of their department (5.4.3, 5.9.2)", () => {
  test("in their own name, which their session proves", async () => {
    const { usageCode } = await made(li, STAFF);
    const app = consoleApp("440300", caller.department);
    expect(await receiptOf(li, usageCode)).toEqual({ operator: STAFF.account, operatorProof: "session", app });
    expect(calls.logged.at(-1)).toMatchObject({ caller: `staff/${STAFF.account}`, outcome: "OK" });
    await expect(made(li, { account: "440300-wu", name: "吴" })).rejects.toMatchObject({
      fields: [{ field: "context.operator.account" }],
    });
  });

  test("and a code that one has made is nobody else's, of the same department or by the system", async () => {
    const { usageCode } = await made(li, STAFF);
    const foreign = { reason: "USAGE_CODE_FOREIGN" };
    const wu = staff("440300-wu", "吴");
    await expect(as(wu).extractData({ usageCode, identifier, fields: ["name"] })).rejects.toMatchObject(foreign);
    await expect(as(app).listCertificates({ usageCode })).rejects.toMatchObject(foreign);
    await expect(as(li).extractData({ usageCode, identifier, fields: ["name"] })).resolves.toMatchObject({ data: {} });
  });

  test("with the role for it alone", async () => {
    const { usageCode } = await made(li, STAFF);
    for (const roles of [["maker", "signer"], ["auditor"], ["supervisor"]] satisfies Role[][])
      await expect(as({ ...li, roles }).listCertificates({ usageCode })).rejects.toMatchObject({
        reason: "PERMISSION_DENIED",
      });
  });
});
