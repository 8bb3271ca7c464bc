import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OpeningHaltKind } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import {
  BUREAU,
  ITEM,
  type OpeningScene,
  openOpeningScene,
  STRANGER,
  sealOf,
  UNIT,
} from "../../../test/catalog/opening-scene.ts";
import { creditCode } from "../../../test/issue/catalog.ts";

let scene: OpeningScene;
const body = () => scene.as(["implementer"], BUREAU, "440106");
const chief = () => scene.as(["administrator"], BUREAU, "440106");
const KEY = { itemCode: ITEM, departmentCode: UNIT };
const needs = (procedure: string, ...fields: string[]) => ({
  ...{ reason: "PROCEDURE_NEEDED", metadata: { procedure: `ecert.governance.v1.${procedure}` } },
  fields: fields.map((field) => expect.objectContaining({ field })),
});
const lastLine = () => scene.evidence.findLast(({ kind }) => kind === "registry-changed")?.body;

beforeAll(async () => {
  scene = await openOpeningScene();
});
afterAll(() => scene.close());

describe("staff of a body alone stop, shorten and narrow, and take the procedure for all else (6.2.2, 6.2.4)", () => {
  test("6.4.5.1: nobody of them opens an item; suspends, withdraws and ends it at once, and does not resume or prolong it", async () => {
    const opening = scene.opening(UNIT);
    await expect(body().putIssuingOpening({ opening })).rejects.toMatchObject(
      needs("OpeningRequestService", "opening.opens_on"),
    );
    await expect(scene.issuing(UNIT)).rejects.toMatchObject({ reason: "ITEM_NOT_OPENED" });
    await scene.operator.putIssuingOpening({ opening });
    expect(lastLine()).toMatchObject({ kind: "opening", without_procedure: ["opens_on"] });
    const put = (change: object, ...paths: string[]) =>
      body().putIssuingOpening({ opening: { ...KEY, appKey: opening.appKey, ...change }, updateMask: { paths } });
    const halt = { kind: OpeningHaltKind.SUSPENDED, cause: "抽查" };
    await put({ halt }, "halt");
    expect(lastLine()).toEqual(expect.not.objectContaining({ without_procedure: expect.anything() }));
    await expect(scene.issuing(UNIT)).rejects.toMatchObject({ reason: "OPENING_SUSPENDED" });
    await expect(put({}, "halt")).rejects.toMatchObject(needs("OpeningRequestService", "opening.halt"));
    await expect(put({ closesOn: "2026-11-30" }, "closes_on")).rejects.toMatchObject(
      needs("OpeningRequestService", "opening.closes_on"),
    );
    await scene.operator.putIssuingOpening({ opening });
    await put({ closesOn: "2026-12-31" }, "closes_on");
    await expect(put({ sealCode: sealOf(STRANGER), closesOn: "" }, "seal_code", "closes_on")).rejects.toMatchObject(
      needs("OpeningRequestService", "opening.seal_code", "opening.closes_on"),
    );
    await expect(scene.issuing(UNIT)).resolves.toBeDefined();
  });

  test("and what is less than what one has looked at does not undo what others stopped in between", async () => {
    const opening = { ...scene.opening(UNIT), closesOn: "2026-12-31" };
    const halt = { kind: OpeningHaltKind.SUSPENDED, cause: "抽查" };
    for (let round = 0; round < 20; round++) {
      await scene.operator.putIssuingOpening({ opening });
      const shortened = body().putIssuingOpening({ opening: { ...opening, closesOn: "2026-12-30" } });
      for (let turn = 0; turn < round; turn++) await Promise.resolve();
      await scene.operator.putIssuingOpening({ opening: { ...opening, halt } });
      await shortened.catch((error: unknown) => expect(error).toMatchObject({ reason: "REVISION_CONFLICT" }));
      await expect(scene.issuing(UNIT)).rejects.toMatchObject({ reason: "OPENING_SUSPENDED" });
    }
  });

  test("6.2.4.4, 6.4.6.1: a matter is registered and described, and lets nobody see more than before", async () => {
    const matter = { code: "LESS", name: "事项", departmentCode: UNIT };
    await body().putMatter({ matter });
    const opened = { ...matter, appKeys: [scene.opening(UNIT).appKey], items: [{ itemCode: ITEM, fields: ["name"] }] };
    await expect(body().putMatter({ matter: { ...opened, enabledOn: "2026-11-01" } })).rejects.toMatchObject(
      needs("OpeningRequestService", "matter.app_keys", "matter.items", "matter.enabled_on"),
    );
    await scene.operator.putMatter({ matter: { ...opened, enabledOn: "2026-11-01" } });
    await body().putMatter({ matter: { code: "LESS", disabled: true }, updateMask: { paths: ["disabled"] } });
    await expect(
      body().putMatter({ matter: { code: "LESS", disabled: false }, updateMask: { paths: ["disabled"] } }),
    ).rejects.toMatchObject(needs("OpeningRequestService", "matter.disabled"));
  });

  test("6.2.2.1: a department comes by its entry, is renamed and moved by a change, and is closed at once", async () => {
    const department = { code: creditCode("11440100000099003"), name: "新局", division: "440106" };
    await expect(chief().putDepartment({ department })).rejects.toMatchObject(needs("EntryService", "department.code"));
    const put = (change: object, ...paths: string[]) =>
      chief().putDepartment({ department: { code: UNIT, ...change }, updateMask: { paths } });
    await expect(put({ name: "改名", superiorCode: STRANGER }, "name", "superior_code")).rejects.toMatchObject(
      needs("ChangeService", "department.name", "department.superior_code"),
    );
    await put({ closed: true }, "closed");
    await expect(put({}, "closed")).rejects.toMatchObject(needs("ChangeService", "department.closed"));
  });
});
