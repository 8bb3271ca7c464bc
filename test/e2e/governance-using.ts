import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { MatterImportState } from "../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { OpeningRequestAction } from "../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { Verdict } from "../../services/client/index.ts";
import { imported, previewed } from "../fixtures/matter-import.ts";
import { MARKET, PEOPLE, PLANNING, PLANNING_APP, type Who } from "./governance-people.ts";
import {
  type GovernanceScene,
  MATTER,
  outcomeOf,
  refused,
  SERIAL,
  SINCE,
  settling,
  TODAY,
} from "./governance-scene.ts";

const code = MARKET.code;

/** The first certificate, and its first use by another department (4.4.4, 5.4.3, 6.4.6.1). */
export function describeUsing(scene: () => GovernanceScene): void {
  test("4.4.4, 5.9.2 the first certificate is made by 制证 and issued by 核验签发, by neither alone", async () => {
    await refused(scene().makes("signer", SERIAL), "PERMISSION_DENIED");
    await refused(scene().makes("writer", SERIAL), "PERMISSION_DENIED");
    await refused(scene().signs("signer", SERIAL), "CERTIFICATE_UNKNOWN");
    await scene().makes("maker", SERIAL);
    await refused(scene().signs("maker", SERIAL), "PERMISSION_DENIED");
    const certificate = await scene().signs("signer", SERIAL);
    const officer = ({ account, name }: { account: string; name: string }) => ({ account, name });
    expect(certificate).toMatchObject({
      ...{ state: CertificateState.ISSUED, itemCode: scene().licence.code },
      ...{ madeBy: officer(PEOPLE.maker), issuedBy: officer(PEOPLE.signer) },
    });
  });

  describe("6.4.6.1 another department uses it", () => {
    const usage = "planning-use";
    const askUse = (who: Who = "planningKeeper") => {
      const items = [{ itemCode: scene().licence.code, fields: ["name", "legalRepresentative"] }];
      const value = { matterCode: MATTER, appKeys: [PLANNING_APP], items, enabledOn: TODAY };
      return scene().asks(who, { id: usage, departmentCode: PLANNING.code, subject: { case: "usage", value } });
    };
    const HEADER = "code,name,department_code,type,portal,used_items";
    const row = (department: string) => `${MATTER},建设用地规划许可,${department},01,${SINCE},${scene().licence.code}`;

    test("6.2.2.2 whose list of matters is imported as it was previewed, or not at all", async () => {
      await scene().registers(PLANNING);
      await scene().opens("chief", ["planningHead"]);
      await scene().opens("planningHead", ["planningKeeper", "planningUser"]);
      const app = {
        key: PLANNING_APP,
        name: `${PLANNING.name}经办`,
        departmentCode: PLANNING.code,
        scopes: ["usage.use"],
      };
      await (await scene().as("chief", AppService)).putApp({ requestId: randomUUID(), app });
      await refused(askUse(), "MATTER_UNKNOWN");

      const matters = await scene().as("planningHead", MatterService);
      const anothers = await previewed(matters, `${HEADER}\n${row(code)}\n`);
      expect(anothers.counts).toMatchObject({ faulty: 1n, added: 0n });
      const { id: importId, previewSha256 } = anothers;
      await refused(matters.applyMatterImport({ importId, previewSha256 }), "INVALID_FIELD");
      expect(await imported(matters, `${HEADER}\n${row(PLANNING.code)}\n`)).toMatchObject({
        state: MatterImportState.DONE,
      });
    });

    test("6.2.4.4, 5.4.3 and whose 用证 finds, verifies and reads what was opened by two people, and nothing before that or beyond it", async () => {
      const { SUBMIT, CONFIRM } = OpeningRequestAction;
      await refused(askUse("writer"), "PERMISSION_DENIED");
      await askUse();
      await refused(scene().stepsOpening("implementer", usage, CONFIRM), "STEP_REFUSED");
      await scene().stepsOpening("planningKeeper", usage, SUBMIT);
      await refused(scene().stepsOpening("planningKeeper", usage, CONFIRM), "PERMISSION_DENIED");
      await refused(scene().stepsOpening("writer", usage, CONFIRM), "CASE_UNKNOWN");
      await refused(scene().usageCode("planningUser"), "PERMISSION_DENIED");
      await scene().stepsOpening("implementer", usage, CONFIRM);
      await expect.poll(() => outcomeOf(scene().usageCode("planningUser")), settling).toBe("OK");
      await refused(scene().usageCode("planningKeeper"), "PERMISSION_DENIED");

      const usageCode = await scene().usageCode("planningUser");
      const using = await scene().as("planningUser", UsageService);
      const { certificates } = await using.listCertificates({ usageCode });
      expect(certificates).toMatchObject([{ itemCode: scene().licence.code }]);
      const identifier = certificates[0]?.identifier ?? "";
      expect(await using.verifyCertificate({ usageCode, identifier })).toMatchObject({ verdict: Verdict.VALID });
      const beyond = using.extractData({ usageCode, identifier, fields: ["registeredCapital"] });
      await refused(beyond, "USAGE_NOT_ALLOWED");
      const { data } = await using.extractData({ usageCode, identifier, fields: ["name"] });
      expect(data).toEqual({ name: scene().order(SERIAL).holders[0]?.name });
    });
  });
}
