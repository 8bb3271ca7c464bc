import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthority } from "../../../ops/authority/authority.ts";
import { type OpeningScene, openOpeningScene } from "../../../test/catalog/opening-scene.ts";
import { createDepartment, DEPARTMENT } from "../../../test/trust/department.ts";
import type { Role } from "../../domain/role.ts";

const OWNER = DEPARTMENT.organizationCode;
const CODE = "DZYZ-440100-0009";
const APP = "440000-owner";

let scene: OpeningScene;
let folder: string;
let seal: object;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ecert-confirmation-"));
  const certified = await createDepartment(createAuthority(join(folder, "ca")), "P-256");
  // The clock of the authority is today's, so that of the scene is as well.
  scene = await openOpeningScene({ now: new Date().toISOString() });
  await scene.operator.putDepartment({
    department: { code: OWNER, name: DEPARTMENT.organization, division: "440106" },
  });
  const pictureJson = JSON.stringify({ kind: "round", name: DEPARTMENT.organization, diameter: 42 });
  const name = `${DEPARTMENT.organization}电子证照专用章`;
  seal = { code: CODE, name, departmentCode: OWNER, pictureJson, signingCertificatePem: certified.certPem };
});
afterAll(async () => {
  await scene.close();
  rmSync(folder, { recursive: true });
});

const as = (role: Role, department: string = OWNER, division = "440106") => scene.as([role], department, division);
const body = () => as("implementer", "11440100MB9DEM1015", "440100");
const state = async () => (await scene.operator.getSeal({ code: CODE })).seal;
const digest = async () => (await as("departmentAdministrator").getSeal({ code: CODE })).digest;
const confirm = async (who = as("departmentAdministrator")) => who.confirmSeal({ code: CODE, digest: await digest() });

test("a seal that the body has prepared signs only once the department's administrator has confirmed it (5.8.4, 6.4.1.4)", async () => {
  await scene.operator.putApp({
    requestId: "owner",
    app: { key: APP, name: "系统", departmentCode: OWNER, scopes: ["issue.make"] },
  });
  await body().putSeal({ seal });
  await scene.operator.putIssuingOpening({ opening: { ...scene.opening(OWNER, APP), sealCode: CODE } });
  await expect(scene.issuing(OWNER, APP)).rejects.toMatchObject({ reason: "SEAL_UNCONFIRMED" });
  await confirm();
  await expect(scene.issuing(OWNER, APP)).resolves.toMatchObject({ seal: { code: CODE } });
  expect(scene.evidence.findLast(({ kind }) => kind === "seal-confirmed")?.body).toMatchObject({ code: CODE });
  await confirm();
  expect(scene.evidence.filter(({ kind }) => kind === "seal-confirmed").length).toBe(1);
});

test("unbinding is in force with its answer, in whatever process of the catalog is asked then (5.9.4)", async () => {
  await body().unbindSeal({ code: CODE, cause: "密钥遗失" });
  await expect(scene.issuing(OWNER, APP)).rejects.toMatchObject({ reason: "SEAL_UNBOUND" });
  await expect(confirm()).rejects.toMatchObject({ reason: "SEAL_UNBOUND" });
  await body().putSeal({ seal });
  await expect(scene.issuing(OWNER, APP)).rejects.toMatchObject({ reason: "SEAL_UNCONFIRMED" });
  await confirm();
});

test("what is put again as it was stays confirmed; another unit, name or picture is confirmed anew", async () => {
  await body().putSeal({ seal });
  expect((await state())?.awaitingConfirmation).toBe(false);
  const unitCodes = ["114401000000990016"];
  for (const changes of [
    { unitCodes },
    { name: "新章" },
    { pictureJson: '{"kind":"round","name":"新章","diameter":42}' },
  ]) {
    await body().putSeal({ seal: { ...seal, ...changes } });
    expect((await state())?.awaitingConfirmation).toBe(true);
    await confirm();
    expect((await state())?.awaitingConfirmation).toBe(false);
  }
});

test("what an operator puts counts as confirmed, and confirms nothing that waits as it is", async () => {
  await body().putSeal({ seal: { ...seal, name: "待确认" } });
  await scene.operator.putSeal({ seal: { ...seal, name: "待确认" } });
  expect((await state())?.awaitingConfirmation).toBe(true);
  await scene.operator.putSeal({ seal });
  expect((await state())?.awaitingConfirmation).toBe(false);
});

test("nobody confirms what he has not looked at, another department's, or what he may prepare himself", async () => {
  const before = await digest();
  await body().putSeal({ seal: { ...seal, name: "改后" } });
  const own = as("departmentAdministrator");
  await expect(own.confirmSeal({ code: CODE, digest: before })).rejects.toMatchObject({ reason: "REVISION_CONFLICT" });
  const both = scene.as(["departmentAdministrator", "implementer"], OWNER, "440106");
  await expect(confirm(both)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const other = as("departmentAdministrator", "114401000000990029", "440300");
  await expect(confirm(other)).rejects.toMatchObject({ reason: "SEAL_UNKNOWN" });
  expect((await state())?.awaitingConfirmation).toBe(true);
});
