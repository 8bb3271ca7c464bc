import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { contextFor, orderFrom, originKey } from "../../ops/trial/connect.ts";
import { ISSUERS, type IssuingDepartment, USER } from "../../ops/trial/plan.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { IssueService, OriginVerdict } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import { createEndpoint, type Endpoint } from "../../services/client/endpoint.ts";
import { checkOptions } from "../../services/client/options.ts";
import { type Order, signedOrder } from "../../services/client/order.ts";
import { canonicalBytes } from "../../services/domain/canonical.ts";
import { instantOf } from "../../services/domain/instant.ts";
import type { Refusal } from "../../services/domain/refusal.ts";

/** Refusals of running nodes. The first in its trial: nothing was made there before. */
export function describeBadInput(trialOf: () => Trial): void {
  describe("bad input meets a typed refusal with field and remedy, over the wire (5.9.3)", () => {
    let trial: Trial;
    let home: Endpoint;
    let issue: Client<typeof IssueService>;
    const files = readCatalogFiles();
    const named = (name: string) => files.find((file) => file.name === name) as CatalogFile;
    const licence = named("营业执照");
    const permit = named("食品经营许可证");
    const scjg = ISSUERS[0] as IssuingDepartment;
    let serials = 0;
    const serial = () => `bad-${++serials}`;

    const endpointOf = (core: "linghai" | "pengwan", appKey: string) => {
      const { catalog = [], identity = [], issue: issuing = [], usage = [] } = trial.cores[core].public;
      const ca = readFileSync(trial.files.root, "utf8");
      const address = { address: catalog[0] ?? "", services: { catalog, identity, issue: issuing, usage }, ca };
      return createEndpoint(
        address,
        checkOptions({ home: address, appKey, appSecret: trial.secrets.get(appKey) ?? "" }),
      );
    };
    const origin = () => {
      const { keyId, privateKeyFile } = originKey(trial.directory, scjg.appKey);
      return { keyId, privateKeyPem: readFileSync(privateKeyFile, "utf8") };
    };
    const request = (change: Partial<Order> = {}, now = new Date(), file = licence) =>
      signedOrder({ ...orderFrom(file, serial()), ...change }, scjg.appKey, origin(), now);
    const refusal = async (call: Promise<unknown>): Promise<Refusal> => {
      const outcome = await call.then(
        () => undefined,
        (error) => refusalFromError(error),
      );
      if (!outcome) throw new Error("nothing was refused");
      return outcome;
    };
    const make = (change: Partial<Order>, file = licence) =>
      refusal(issue.makeCertificate(request(change, new Date(), file)));

    beforeAll(() => {
      trial = trialOf();
      home = endpointOf("linghai", scjg.appKey);
      issue = home.client(IssueService);
    });
    afterAll(() => home?.close());

    test("4.4.1 an unknown, unpublished, closed or not yet open item", async () => {
      const operator = trial.operators.get("440100");
      const mesh = trial.cores.linghai.mesh.catalog?.[0] ?? "";
      const catalog = operator?.client(CatalogService, mesh);
      const content = { ...licence.content, name: "草案" };
      await catalog?.registerCatalogItem({ code: "DRAFT", content });
      const registry = operator?.client(RegistryService, mesh);
      const estate = named("不动产权证书");
      const opening = { departmentCode: scjg.code, appKey: scjg.appKey, sealCode: scjg.seal, opensOn: "2099-01-01" };
      await registry?.putIssuingOpening({ opening: { ...opening, itemCode: estate.code } });
      const issuerCode = scjg.code;
      expect(await make({ itemCode: "NOWHERE" })).toMatchObject({
        reason: "ITEM_UNKNOWN",
        fields: [{ remedy: expect.any(String) }],
      });
      expect(await make({ itemCode: "DRAFT" })).toMatchObject({ reason: "ITEM_UNPUBLISHED" });
      expect(await make({ issuerCode }, named("居住证"))).toMatchObject({ reason: "ITEM_NOT_OPENED" });
      expect(await make({ issuerCode }, estate)).toMatchObject({
        reason: "ITEM_NOT_YET_OPEN",
        metadata: { opens_on: "2099-01-01" },
      });
    });

    test("4.3.3 data that break the schema: every violation at once, with JSON pointers", async () => {
      const { name: _missing, ...data } = licence.example.data;
      const refused = await make({ data: { ...data, address: "", enterpriseType: "x".repeat(2_000) } });
      expect(refused.reason).toBe("DATA_INVALID");
      expect(refused.fields.map(({ field }) => field).sort()).toEqual([
        "/data/address",
        "/data/enterpriseType",
        "/data/name",
      ]);
      expect(refused.fields.every(({ remedy }) => remedy !== undefined)).toBe(true);
      expect(await make({ data: { ...licence.example.data, colour: "red" } })).toMatchObject({
        reason: "UNKNOWN_FIELD",
        fields: [{ field: "/data/colour" }],
      });
    });

    test("wrong check digits, dates turned round, hidden characters and over-long names", async () => {
      const [holder] = licence.example.holders as [(typeof licence.example.holders)[number]];
      const holders = (change: object) => ({ holders: [{ ...holder, ...change }] });
      expect(await make(holders({ code: "91440106MA9DEM2A6L" }))).toMatchObject({
        reason: "CODE_INVALID",
        fields: [{ field: expect.stringContaining("holders[0].code") }],
      });
      expect(await make({ validFrom: "2026-11-18", validTo: "2026-01-01" })).toMatchObject({
        reason: "DATE_RANGE_INVALID",
      });
      expect(await make(holders({ name: "岭海\u0007公司" }))).toMatchObject({ reason: "INVALID_FIELD" });
      expect(await make(holders({ name: "公".repeat(101) }))).toMatchObject({ reason: "INVALID_FIELD" });
      expect(await make({ issueDate: "2026-02-30" })).toMatchObject({ reason: "INVALID_FIELD" });
    });

    test("4.4 attachments too large, too many, of a forbidden type, with a wrong digest; a message over the limit", async () => {
      const pdf = (size: number) => ({
        name: "a.pdf",
        mediaType: "application/pdf",
        content: Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(size)]),
      });
      expect(await make({ attachments: [pdf(6 << 20)] })).toMatchObject({ reason: "ATTACHMENT_REFUSED" });
      expect((await make({ attachments: Array.from({ length: 21 }, () => pdf(10)) })).reason).toMatch(
        /INVALID_FIELD|ATTACHMENT/,
      );
      const program = { name: "a.exe", mediaType: "application/x-msdownload", content: Buffer.from("MZ") };
      expect(await make({ attachments: [program] })).toMatchObject({ reason: "ATTACHMENT_REFUSED" });
      const sent = request({ attachments: [pdf(10)] });
      for (const attachment of sent.order.attachments)
        attachment.sha256 = createHash("sha256").update("x").digest("hex");
      expect(await refusal(issue.makeCertificate(sent))).toMatchObject({ reason: "ATTACHMENT_REFUSED" });
      expect(await make({ attachments: [pdf(34 << 20)] })).toMatchObject({ reason: "TOO_LARGE" });
    });

    test("5.9.3 no token, a token of another city, and a scope that the app does not have", async () => {
      expect(await refusal(home.open(IssueService).makeCertificate(request()))).toMatchObject({
        reason: "TOKEN_MISSING",
      });
      const elsewhere = endpointOf("pengwan", USER.appKey);
      const appSecret = trial.secrets.get(USER.appKey) ?? "";
      const { accessToken } = await elsewhere.open(TokenService).issueAccessToken({ appKey: USER.appKey, appSecret });
      elsewhere.close();
      const headers = { authorization: `Bearer ${accessToken}` };
      const foreign = home.open(IssueService).makeCertificate(request(), { headers });
      expect(await refusal(foreign)).toMatchObject({ reason: "TOKEN_REFUSED" });
      const usage = home.client(UsageService);
      const context = contextFor(licence, "bad", new Date());
      expect(await refusal(usage.createUsageContext({ requestId: "u", context }))).toMatchObject({
        reason: "PERMISSION_DENIED",
      });
    });

    test("5.9.5 the origin signature missing, wrong, over other data, stale or of an unknown key: nothing is made", async () => {
      const { origin: _none, ...unsigned } = request();
      expect(await refusal(issue.makeCertificate(unsigned))).toMatchObject({ reason: "ORIGIN_MISSING" });

      const made = (sent: ReturnType<typeof request>) => refusal(issue.makeCertificate(sent));
      const wrong = request();
      const signature = Uint8Array.from(wrong.origin.signature);
      signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
      expect(await made({ ...wrong, origin: { ...wrong.origin, signature } })).toMatchObject({
        reason: "ORIGIN_INVALID",
        fields: [{ field: "origin.signature", remedy: expect.stringContaining("ValidateOrigin") }],
      });
      const other = request();
      other.order.data = { ...licence.example.data, legalRepresentative: "别人" } as typeof other.order.data;
      expect(await made(other)).toMatchObject({ reason: "ORIGIN_INVALID" });
      const stale = await made(request({}, new Date(Date.now() - 3 * 86_400_000)));
      expect(stale).toMatchObject({ reason: "ORIGIN_STALE", fields: [{ field: "origin.signed_at" }] });
      expect(stale.localized).toMatch(/origin\.signed_at 签名时间在当前时间之前2592\d\d秒，最多允许3600秒，请/);
      const unknownKey = request();
      expect(await made({ ...unknownKey, origin: { ...unknownKey.origin, keyId: "nobody" } })).toMatchObject({
        reason: "ORIGIN_KEY_UNKNOWN",
        fields: [{ field: "origin.key_id" }],
      });
    });

    test("5.9.5 who asks is told the statement of an order, each member in which the signed one differs, and until when it is good", async () => {
      const sent = request({ validFrom: "2026-11-18" });
      const good = await issue.validateOrigin(sent);
      expect(good).toMatchObject({ verdict: OriginVerdict.GOOD, reason: "", differences: [] });
      expect(instantOf(good.freshUntil) - instantOf(sent.origin.signedAt)).toBe(3_600_000);
      expect(good.sha256).toBe(createHash("sha256").update(good.statement).digest("hex"));

      const { validFrom, ...statement } = JSON.parse(new TextDecoder().decode(good.statement));
      const told = await issue.validateOrigin({
        ...sent,
        origin: { ...sent.origin, statement: canonicalBytes({ ...statement, app: "other", version: 0 }) },
      });
      expect(told).toMatchObject({ verdict: OriginVerdict.REFUSED, reason: "ORIGIN_INVALID" });
      expect(told.differences.map(({ $typeName: _, ...one }) => one)).toEqual([
        { field: "origin.statement", member: "/app", expected: `"${scjg.appKey}"`, signed: '"other"' },
        { field: "order.valid_from", member: "/validFrom", expected: `"${validFrom}"`, signed: "" },
        { field: "order.version", member: "/version", expected: "", signed: "0" },
      ]);
      expect([told.localized, told.remedy]).toEqual([expect.stringContaining("order.valid_from"), expect.any(String)]);

      const { origin: _none, ...unsigned } = sent;
      expect(await issue.validateOrigin(unsigned)).toMatchObject({ verdict: OriginVerdict.UNJUDGED, reason: "" });
      expect(await refusal(issue.validateOrigin(request({ itemCode: "NOWHERE" })))).toMatchObject({
        reason: "ITEM_UNKNOWN",
      });
    });

    test("5.9.4 a core that opens an item which the agent's own policy does not name gets nothing signed", async () => {
      const ghzy = ISSUERS[1] as IssuingDepartment;
      const operator = trial.operators.get("440100");
      const registry = operator?.client(RegistryService, trial.cores.linghai.mesh.catalog?.[0] ?? "");
      const { code: departmentCode, seal: sealCode, appKey } = ghzy;
      const opening = { itemCode: permit.code, departmentCode, appKey, sealCode, opensOn: "2026-01-01" };
      await registry?.putIssuingOpening({ opening });
      const issuers = trial.operators
        .get("440000")
        ?.client(IssuerService, trial.cores.province.mesh.catalog?.[0] ?? "");
      const right = { node: "440100", departmentCode, itemCode: permit.code, since: "2026-01-01" };
      await issuers?.putIssuingRight({ right });
      const endpoint = endpointOf("linghai", appKey);
      const { keyId, privateKeyFile } = originKey(trial.directory, appKey);
      const key = { keyId, privateKeyPem: readFileSync(privateKeyFile, "utf8") };
      const sent = signedOrder({ ...orderFrom(permit, "policy-1"), issuerCode: ghzy.code }, appKey, key, new Date());
      const client = endpoint.client(IssueService);
      await client.makeCertificate(sent);
      const refused = await refusal(client.issueCertificate({ businessSerial: "policy-1" }));
      expect(refused).toMatchObject({ reason: "POLICY_REFUSED" });
      endpoint.close();
    });

    test("what was refused left no certificate, and each call stands in the call log with its reason", async () => {
      const { certificates } = await issue.listCertificates({ pageSize: 200 });
      expect(certificates).toEqual([]);
      const calls = join(trial.cores.linghai.directory, "data", "calls");
      const readLog = () =>
        readdirSync(calls)
          .map((name) => readFileSync(join(calls, name), "utf8"))
          .join("");
      await expect.poll(readLog, { timeout: 5_000 }).toContain("POLICY_REFUSED");
      for (const reason of ["ITEM_UNKNOWN", "DATA_INVALID", "CODE_INVALID", "TOKEN_MISSING", "ORIGIN_STALE"]) {
        expect(readLog()).toContain(reason);
      }
      expect(readLog()).not.toContain(licence.example.holders[0]?.code ?? "?");
      expect(readLog()).not.toContain(trial.secrets.get(scjg.appKey) ?? "?");
    });
  });
}
