import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { hashSecret } from "../../services/identity/apps/secret.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { createDepartment, DEPARTMENT } from "../trust/department.ts";
import { app, department, HONEST, HOSTILE, matter, OWN, opening, PROVINCE, seal, VICTIM } from "./hostile-records.ts";
import { type HostileScene, openHostileScene } from "./hostile-scene.ts";

describe.each(await bothEngines())("a hostile city speaks of what is another's, $name", (engine) => {
  let scene: HostileScene;
  beforeEach(async () => {
    scene = await openHostileScene(engine);
    return scene.close;
  });

  test("for a department and a seal that another node has registered: refused, shown, and taken once the province has moved them", async () => {
    await scene.send(HONEST, "department", department(VICTIM));
    const forged = scene.send(HOSTILE, "department", department(VICTIM, { name: "冒名" }), { changes: 99n });
    await expect(forged).rejects.toMatchObject({ reason: "ALREADY_EXISTS", metadata: { node: HONEST } });
    const [row] = await scene.rows();
    const shown = {
      place: "registry",
      node: HOSTILE,
      key: `department/${HOSTILE}/${VICTIM}`,
      reason: "ALREADY_EXISTS",
    };
    expect(row).toMatchObject(shown);
    expect(await scene.province.runtime.setAside.retry(row?._id ?? "")).toMatchObject({ tries: 2 });
    await scene.confirm(VICTIM, HONEST);
    await scene.confirm(VICTIM, HOSTILE);
    expect(await scene.province.runtime.setAside.retry(row?._id ?? "")).toBeUndefined();
    expect(await scene.bodies()).toMatchObject([{ code: VICTIM, node: HOSTILE }]);
    await expect(scene.send(HONEST, "department", department(VICTIM), { changes: 2n })).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
    });
    await scene.confirm(VICTIM, HONEST);
    expect(await scene.send(HONEST, "department", department(VICTIM), { changes: 2n })).toMatchObject({
      changed: true,
    });
    expect((await scene.rows()).map(({ node }) => node)).toEqual([]);
  });

  test("for a department that it registers before the department's own node does: that one is heard once the province confirms it", async () => {
    await scene.send(HOSTILE, "department", department(VICTIM));
    const honest = () => scene.send(HONEST, "department", department(VICTIM, { name: "真" }));
    await expect(honest()).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    expect(await scene.bodies()).toEqual([]);
    await scene.confirm(VICTIM, HONEST);
    expect(await honest()).toMatchObject({ changed: true });
    expect(await scene.rows()).toEqual([]);
    const again = scene.send(HOSTILE, "department", department(VICTIM), { changes: 99n });
    await expect(again).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    expect(await scene.bodies()).toMatchObject([{ code: VICTIM, node: HONEST }]);
  });

  test("for a seal of another node: refused, also where the certificate is the sender's own", async () => {
    const directory = mkdtempSync(join(tmpdir(), "ecert-hostile-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const authority = createAuthority(directory);
    const sealOf = async (code: string) => {
      const signer = await createDepartment(authority, "P-256", 365, { ...DEPARTMENT, organizationCode: code });
      return { ...seal, departmentCode: code, signingCertificatePem: signer.certPem };
    };
    await scene.send(HONEST, "seal", await sealOf(VICTIM));
    const before = await (await scene.records("seal")).get(`seal/${HONEST}/SEAL-1`);
    const own = await sealOf(OWN);
    await expect(scene.send(HOSTILE, "seal", own)).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
      metadata: { node: HONEST },
    });
    const certificate = scene.send(HOSTILE, "seal", { ...own, code: "SEAL-2", departmentCode: VICTIM });
    await expect(certificate).rejects.toMatchObject({ fields: [{ field: "seal.signing_certificate_pem" }] });
    expect(await (await scene.records("seal")).get(`seal/${HONEST}/SEAL-1`)).toEqual(before);
    expect(await scene.send(HOSTILE, "seal", { ...own, code: "SEAL-2" })).toMatchObject({ changed: true });
    // With its department a seal goes to where the province moves that.
    const moved = { ...(await sealOf(VICTIM)), name: "新章" };
    await scene.send(HONEST, "department", department(VICTIM));
    await scene.confirm(VICTIM, HONEST);
    await expect(scene.send(HOSTILE, "department", department(VICTIM))).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
    });
    await scene.confirm(VICTIM, HOSTILE);
    expect(await scene.send(HOSTILE, "seal", moved, { changes: 7n })).toMatchObject({ changed: true });
    await expect(scene.send(HONEST, "seal", moved, { changes: 8n })).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
    });
  });

  test("5.8.3: for a seal code that it takes first with a department of its own: its owner has it once his department is confirmed", async () => {
    const directory = mkdtempSync(join(tmpdir(), "ecert-squatter-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const authority = createAuthority(directory);
    const sealOf = async (code: string) => {
      const signer = await createDepartment(authority, "P-256", 365, { ...DEPARTMENT, organizationCode: code });
      return { ...seal, departmentCode: code, signingCertificatePem: signer.certPem };
    };
    const [squatting, genuine] = [await sealOf(OWN), await sealOf(VICTIM)];
    const denied = { reason: "ALREADY_EXISTS" };
    await scene.send(HOSTILE, "department", department(OWN));
    await scene.send(HOSTILE, "seal", squatting);
    await scene.send(HONEST, "department", department(VICTIM));
    await expect(scene.send(HONEST, "seal", genuine)).rejects.toMatchObject(denied);
    await scene.confirm(VICTIM, HONEST);
    const [row] = await scene.rows();
    expect(await scene.province.runtime.setAside.retry(row?._id ?? "")).toBeUndefined();
    const told = scene.province.evidence.filter(({ kind }) => kind === "seal-taken-over").map(({ body }) => body);
    expect(told).toEqual([{ code: seal.code, node: HONEST, department: VICTIM, from: HOSTILE }]);
    await expect(scene.send(HOSTILE, "seal", squatting, { changes: 9n })).rejects.toMatchObject(denied);
    // Confirmed on both sides, who holds the code keeps it.
    await scene.confirm(OWN, HOSTILE);
    await expect(scene.send(HOSTILE, "seal", squatting, { changes: 10n })).rejects.toMatchObject(denied);
  });

  test("for another node's department: neither its apps, nor matters, nor openings are the sender's to tell", async () => {
    await scene.send(HONEST, "department", department(VICTIM));
    const denied = { reason: "ALREADY_EXISTS", metadata: { node: HONEST } };
    await expect(scene.send(HOSTILE, "app", app(`${HOSTILE}-app`, VICTIM))).rejects.toMatchObject(denied);
    await expect(scene.send(HOSTILE, "matter", matter(VICTIM))).rejects.toMatchObject(denied);
    await expect(scene.send(HOSTILE, "opening", opening({ departmentCode: VICTIM }))).rejects.toMatchObject(denied);
    expect(await (await scene.apps()).count("byNode")).toBe(0);
  });

  test("for one department, two nodes at the same time: one of them owns it, and the other is refused", async () => {
    const sent = await Promise.allSettled(
      [HOSTILE, HONEST].flatMap((node) =>
        [1n, 2n, 3n].map((changes) => scene.send(node, "department", department(VICTIM), { changes })),
      ),
    );
    const refused = sent.flatMap((one) => (one.status === "rejected" ? [one.reason.reason] : []));
    expect(refused).toEqual(["ALREADY_EXISTS", "ALREADY_EXISTS", "ALREADY_EXISTS"]);
    expect(await (await scene.records("department")).count("byNode")).toBe(1);
  });

  test("for an app of a department before its own node has spoken: once it has, the app gets no token for it", async () => {
    const secretHash = await hashSecret("secret", (size) => new Uint8Array(size));
    const token = () => scene.client(TokenService).issueAccessToken({ appKey: `${HOSTILE}-app`, appSecret: "secret" });
    await scene.send(HOSTILE, "app", { ...app(`${HOSTILE}-app`, VICTIM), secretHash });
    expect(await token()).toMatchObject({ scopes: ["usage.use"] });
    await scene.send(HONEST, "department", department(VICTIM));
    await expect(token()).rejects.toMatchObject({ reason: "CREDENTIAL_REFUSED" });
  });

  test("before the department's own node has spoken: they are used for nothing once it has", async () => {
    await scene.send(HOSTILE, "app", app(`${HOSTILE}-app`, VICTIM));
    await scene.send(HOSTILE, "matter", matter(VICTIM));
    const terms = () =>
      scene.client(TermsService).getUsageTerms({
        appKey: `${HOSTILE}-app`,
        matterCode: "M-1",
        day: "2026-06-01",
      });
    await expect(terms()).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await scene.send(HONEST, "department", department(VICTIM));
    await expect(terms()).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await scene.send(HOSTILE, "department", department(OWN));
    await scene.send(HOSTILE, "matter", matter(OWN), { changes: 2n });
    expect(await terms()).toMatchObject({ department: { code: OWN }, matter: { node: HOSTILE } });
  });

  test("to stand above another's body, to be below one that may sign, and to give itself rights", async () => {
    await scene.send(HONEST, "department", department(VICTIM));
    await scene.send(HOSTILE, "department", department(OWN, { superiorCode: VICTIM }), {
      formerSuperiors: [{ superiorCode: VICTIM, until: "2026-01-01T00:00:00.000Z" }],
    });
    await expect(
      scene.send(HOSTILE, "department", department(VICTIM, { superiorCode: OWN }), { changes: 2n }),
    ).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    await scene.send(HOSTILE, "opening", opening({ forUnits: true }));
    for (const [code, node] of [
      [VICTIM, HONEST],
      [OWN, HOSTILE],
    ] as const) {
      await scene.confirm(code, node);
    }
    expect(await scene.bodies()).toMatchObject([
      { code: VICTIM, superiorCode: "", formerSuperiors: [] },
      { code: OWN, superiorCode: "", formerSuperiors: [] },
    ]);
    expect((await scene.client(TermsService).listIssuingRights({})).rights).toEqual([]);
  });

  test("5.6.2: the province issues for a city's department without registering it anew, and cannot take its code", async () => {
    await scene.send(HONEST, "department", department(VICTIM));
    const operator = scene.client(RegistryService);
    await expect(operator.putDepartment({ department: department(VICTIM) })).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
      fields: [{ field: "department.code" }],
    });
    const scopes = ["issue.make"];
    const { app: own } = await scene.client(AppService).putApp({
      app: { key: `${PROVINCE}-app`, name: "统一申办", departmentCode: VICTIM, scopes },
    });
    expect(own?.departmentCode).toBe(VICTIM);
  });
});
