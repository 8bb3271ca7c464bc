import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PDFDocument } from "pdf-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthority } from "../../../ops/authority/authority.ts";
import { type OpeningScene, openOpeningScene, sealOf, UNIT } from "../../../test/catalog/opening-scene.ts";
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

test("seals are listed within reach: a department sees its own, a division those below it, nobody those of others (6.4.1.4)", async () => {
  const listed = async (who: ReturnType<typeof as>, asked = {}) =>
    (await who.listSeals(asked)).seals.map(({ code, awaitingConfirmation }) => [code, awaitingConfirmation]);
  const own = [[CODE, false]];
  expect(await listed(as("departmentAdministrator"))).toEqual(own);
  expect(await listed(as("supervisor", "11440100MB9DEM1015", "440106"))).toContainEqual([CODE, false]);
  expect(await listed(body(), { departmentCode: OWNER })).toEqual(own);
  const { certificateEnds } = await body().listSeals({ departmentCode: OWNER });
  expect(certificateEnds).toEqual({ [CODE]: expect.stringMatching(/^20\d\d-\d\d-\d\dT/) });
  const codes = async (asked: object) => (await listed(body(), asked)).map(([code]) => code);
  const all = await codes({});
  expect(all.length).toBeGreaterThan(1);
  expect(await codes({ orderBy: "-code" })).toEqual(all.toSorted().toReversed());
  expect([await codes({ search: CODE.toLowerCase() }), await codes({ search: "none" })]).toEqual([[CODE], []]);
  expect(await listed(as("departmentAdministrator", UNIT))).toEqual([[sealOf(UNIT), false]]);
  expect(await listed(as("departmentAdministrator", UNIT), { departmentCode: OWNER })).toEqual([]);
  expect(await listed(as("supervisor", "11440100MB9DEM1015", "440114"))).not.toContainEqual([CODE, false]);
});

test("unbinding is in force with its answer, in whatever process of the catalog is asked then (5.9.4)", async () => {
  await body().unbindSeal({ code: CODE, cause: "密钥遗失" });
  await expect(scene.issuing(OWNER, APP)).rejects.toMatchObject({ reason: "SEAL_UNBOUND" });
  await expect(confirm()).rejects.toMatchObject({ reason: "SEAL_UNBOUND" });
  await body().putSeal({ seal });
  await expect(scene.issuing(OWNER, APP)).rejects.toMatchObject({ reason: "SEAL_UNCONFIRMED" });
  await confirm();
});

test("what is put again as it was stays confirmed; another unit, name or picture is confirmed anew, and listed as awaiting that", async () => {
  const awaited = async () =>
    (await body().listSeals({ awaitingConfirmation: true, orderBy: "code" })).seals.map(({ code }) => code);
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
    expect(await awaited()).toEqual([CODE]);
    await confirm();
    expect((await state())?.awaitingConfirmation).toBe(false);
    expect(await awaited()).toEqual([]);
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

test("5.8.4, 6.4.1.4: who may read a seal looks at it before he confirms: its picture as a PDF in its size, of just what the digest is over, and whose certificate signs until when", async () => {
  await body().putSeal({ seal });
  const own = as("departmentAdministrator");
  const { picture: none, ...told } = await own.getSeal({ code: CODE });
  expect(none).toBeUndefined();
  const drawn = async () => own.getSeal({ code: CODE, withPicture: true });
  const first = await drawn();
  expect(first).toMatchObject({ digest: told.digest, picture: { mediaType: "application/pdf" } });
  const pdf = await PDFDocument.load(first.picture?.content ?? new Uint8Array());
  expect(pdf.getPages().map((page) => Math.round((page.getWidth() * 25.4) / 72))).toEqual([50]);
  const { certificate } = told;
  expect(certificate?.subject).toContain(`organizationIdentifier=${OWNER}`);
  expect([certificate?.ends.slice(0, 2), told.electronic]).toEqual(["20", undefined]);
  await body().putSeal({ seal: { ...seal, pictureJson: '{"kind":"round","name":"另一枚章","diameter":60}' } });
  const other = await drawn();
  expect(other.digest).not.toBe(first.digest);
  expect(other.picture?.sha256).not.toBe(first.picture?.sha256);
  const stranger = as("departmentAdministrator", "114401000000990029", "440300");
  await expect(stranger.getSeal({ code: CODE, withPicture: true })).rejects.toMatchObject({ reason: "SEAL_UNKNOWN" });
});

test("a picture that cannot be drawn is told so, and its seal is read all the same; the largest that is stored stays below 2 MiB", async () => {
  const own = as("departmentAdministrator");
  await body().putSeal({ seal: { ...seal, pictureJson: '{"kind":"round","name":"章\u{30000}","diameter":42}' } });
  await expect(own.getSeal({ code: CODE, withPicture: true })).rejects.toMatchObject({ reason: "GLYPH_MISSING" });
  expect((await own.getSeal({ code: CODE })).seal?.code).toBe(CODE);
  const shape = { kind: "vector", width: 80, height: 80, viewBox: [997, 997] };
  // The shortest step in writing is drawn as a line with both its numbers.
  const d = `M0 0${Array.from({ length: 20_000 }, (_, i) => `H${(i * 7919) % 97}V${(i * 104_729) % 89}`).join("")}`;
  const paths = Array.from({ length: 4 }, () => ({ d: d.slice(0, 49_000).replace(/[HV][^HV]*$/, "") }));
  await body().putSeal({ seal: { ...seal, pictureJson: JSON.stringify({ ...shape, paths }) } });
  const { picture } = await own.getSeal({ code: CODE, withPicture: true });
  expect(picture?.content.length).toBeLessThan(2 << 20);
});
