import type { MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { type DepartmentEntrySchema, EntryAction, EntryState } from "../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { EntryService } from "../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { PaperKind } from "../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PaperService } from "../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { Role } from "../../proto/gen/ecert/type/v1/permission_pb.ts";
import { examplePdf } from "../fixtures/example-pdf.ts";
import { CITY, MARKET, PEOPLE, PLANNING, STREET, type Who } from "./governance-people.ts";
import { type GovernanceScene, refused, settling } from "./governance-scene.ts";

const code = MARKET.code;

/** The first administrators, the entry of the department, and its people (6.2.2.1, 6.2.4.1, 6.4.1). */
export function describeEntering(scene: () => GovernanceScene): void {
  test("6.2.4.1 the operators set up one administrator at province and city, who open the accounts of their bodies; nobody without one does", async () => {
    await scene().setUpAdministrators();
    await refused(scene().setUpAdministrators(), "ALREADY_EXISTS");
    await refused(scene().signIn("deputy"), "SIGN_IN_REFUSED");
    const alone = (await scene().as("chief", RegistryService)).putDepartment({ department: STREET });
    await refused(alone, "PROCEDURE_NEEDED");
    await scene().registers(STREET);
    await scene().opens("chief", [
      "deputy",
      "implementer",
      "lister",
      "listPublisher",
      "inspector",
      "bulletinPublisher",
    ]);
    await scene().opens("chief", ["street"]);
    await scene().opens("provinceChief", ["approver", "releaser"]);
    await expect(scene().opens("implementer", ["head"])).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });

  describe("6.2.2.1, 6.4.1.1 a department enters", () => {
    const entry = (papers: { kind: PaperKind; sha256: string }[]): MessageInitShape<typeof DepartmentEntrySchema> => ({
      ...{ code, name: MARKET.name, division: MARKET.division, papers },
      internalBodies: [{ name: "登记注册股", duties: "市场主体登记" }],
      seals: [{ name: `${MARKET.name}电子证照专用章`, purpose: "营业执照" }],
      administrator: { account: PEOPLE.head.account, name: PEOPLE.head.name },
    });
    const step = async (who: Who, action: EntryAction, remark = "") => {
      const entries = await scene().as(who, EntryService);
      const { entry: read } = await entries.getEntry({ code });
      return (await entries.takeEntryStep({ code, action, remark, revision: read?.revision ?? 0 })).entry;
    };

    test("by a form with the scanned paper that one person submits and another one of its body checks", async () => {
      const entries = await scene().as("implementer", EntryService);
      await entries.putEntry({ entry: entry([]) });
      await refused(step("implementer", EntryAction.SUBMIT), "PAPER_MISSING");
      const scan = { name: "登记表.pdf", mediaType: "application/pdf", content: examplePdf("A-2b").content };
      const { paper } = await (await scene().as("implementer", PaperService)).putPaper({
        ...scan,
        kind: PaperKind.REGISTRATION_FORM,
      });
      const papers = [{ kind: PaperKind.REGISTRATION_FORM, sha256: paper?.sha256 ?? "" }];
      await refused((await scene().as("street", EntryService)).putEntry({ entry: entry([]) }), "PERMISSION_DENIED");
      await entries.putEntry({ entry: entry(papers) });
      await refused(step("chief", EntryAction.ACCEPT), "STEP_REFUSED");

      await step("deputy", EntryAction.SUBMIT);
      await refused(step("deputy", EntryAction.ACCEPT), "SAME_PERSON");
      await refused(step("chief", EntryAction.RETURN), "INVALID_FIELD");
      await step("chief", EntryAction.RETURN, "登记表印章不清晰");
      await entries.putEntry({ entry: entry(papers) });
      await step("implementer", EntryAction.SUBMIT);
      await refused(step("implementer", EntryAction.ACCEPT), "PERMISSION_DENIED");
      await refused(step("street", EntryAction.ACCEPT), "CASE_UNKNOWN");
      await step("chief", EntryAction.ACCEPT);
      await expect
        .poll(async () => (await entries.getEntry({ code })).entry, settling)
        .toMatchObject({ state: EntryState.SET_UP, fault: "" });
    });

    test("5.8.3 and is at work once its own institution certificate has activated its administrator, and no other's", async () => {
      await refused(scene().signIn("head"), "SIGN_IN_REFUSED");
      await refused(scene().activate(PLANNING), "CODE_INVALID");
      await scene().activate();
      await refused(scene().activate({ code: PLANNING.code, name: MARKET.name }), "CODE_INVALID");
      await scene().session("head");
    });
  });

  test("5.9.2, 6.4.1.3 its administrator opens the accounts of its people, none of which is that of a body or of another administrator", async () => {
    await scene().opens("head", ["writer", "confirmer", "maker", "signer"]);
    const { account: id, name } = PEOPLE.maker;
    const given = async (roles: Role[], departmentCode: string = code, who: Who = "head") =>
      (await scene().as(who, AccountService)).putAccount({ account: { id, name, departmentCode, roles } });
    await refused(given([Role.IMPLEMENTER]), "PERMISSION_DENIED");
    await refused(given([Role.DEPARTMENT_ADMINISTRATOR]), "PERMISSION_DENIED");
    await refused(given([Role.MAKER], CITY.code), "PERMISSION_DENIED");
    await refused(given([Role.MAKER], code, "street"), "PERMISSION_DENIED");
    await refused(given([Role.MAKER], code, "writer"), "PERMISSION_DENIED");
  });
}
