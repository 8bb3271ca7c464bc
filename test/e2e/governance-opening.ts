import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { PROVINCE } from "../../ops/trial/plan.ts";
import { sealPictureOf } from "../../ops/trial/seed.ts";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { ListService } from "../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import {
  OpeningRequestAction,
  OpeningRequestService,
  OpeningRequestState,
} from "../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { addDays } from "../../services/domain/civil-date.ts";
import { MARKET, MARKET_APP, PLANNING, type Who } from "./governance-people.ts";
import {
  type GovernanceScene,
  refused,
  SERIAL,
  SINCE,
  settling,
  signingCertificate,
  TODAY,
} from "./governance-scene.ts";

const code = MARKET.code;
/** Ids of both requests, and the day for which the first one asks. */
const [FIRST, SECOND] = ["market-licence-1", "market-licence-2"] as const;
const TOMORROW = addDays(TODAY, 1);

/** Seal, obligatory list, the right to issue, and the opening (4.1.2, 4.4.1, 5.8.3, 5.8.4, 6.4.5.1). */
export function describeOpening(scene: () => GovernanceScene): void {
  const askIssuing = (who: Who = "writer", id: string = FIRST, opensOn = TOMORROW) => {
    const { code: itemCode } = scene().licence;
    const value = { itemCode, departmentCode: code, appKey: MARKET_APP, sealCode: MARKET.seal, opensOn };
    return scene().asks(who, { id, departmentCode: code, subject: { case: "issuing", value } });
  };

  describe("before issuing is opened", () => {
    test("5.8.4, 6.4.1.4 the 实施员 prepares the seal, and the department confirms exactly that; until then nothing is opened by it", async () => {
      const app = { departmentCode: code, name: `${MARKET.name}经办`, key: MARKET_APP };
      const scopes = ["issue.make", "issue.issue", "issue.read", "issue.change"];
      const apps = await scene().as("chief", AppService);
      await apps.putApp({ requestId: randomUUID(), app: { ...app, scopes } });
      await refused(askIssuing(), "SEAL_UNKNOWN");
      const registry = await scene().as("implementer", RegistryService);
      const seal = { code: MARKET.seal, departmentCode: code, name: `${MARKET.name}电子证照专用章` };
      const pictureJson = JSON.stringify(sealPictureOf(MARKET));
      const loaded = (agent: string) =>
        registry.putSeal({
          seal: { ...seal, pictureJson, signingCertificatePem: signingCertificate(scene().trial, agent) },
        });
      await refused(loaded(PLANNING.agent), "CODE_INVALID");
      await loaded(MARKET.agent);
      await refused(askIssuing(), "SEAL_UNCONFIRMED");

      const own = await scene().as("head", RegistryService);
      const { digest } = await own.getSeal({ code: MARKET.seal });
      const confirmedBy = async (who: Who, of = digest) =>
        (await scene().as(who, RegistryService)).confirmSeal({ code: MARKET.seal, digest: of });
      await refused(confirmedBy("implementer"), "PERMISSION_DENIED");
      await refused(confirmedBy("writer"), "PERMISSION_DENIED");
      await refused(confirmedBy("head", "0".repeat(64)), "REVISION_CONFLICT");
      await confirmedBy("head");
    });

    test("4.1.2, 4.4.1, 6.2.3.1 one 目录管理员 puts it on the obligatory list and another publishes that; until then it is not opened", async () => {
      await refused(askIssuing(), "ITEM_NOT_OPENED");
      const id = randomUUID();
      const division = MARKET.division;
      const line = { itemCode: scene().licence.code, target: division, departments: [code], from: SINCE };
      const change = { id, division, lines: [line] };
      const prepared = async (who: Who, given = change) =>
        (await scene().as(who, ListService)).prepareListChange({ change: given });
      const published = async (who: Who) => {
        const lists = await scene().as(who, ListService);
        const { change: read } = await lists.getListChange({ id });
        return lists.publishListChange({ id, sha256: read?.sha256 ?? "" });
      };
      await refused(prepared("implementer"), "PERMISSION_DENIED");
      await refused(prepared("lister", { ...change, division: PROVINCE.code }), "PERMISSION_DENIED");
      await refused(prepared("lister", { ...change, lines: [{ ...line, itemCode: "GD-NONE" }] }), "ITEM_UNKNOWN");
      await refused(published("listPublisher"), "CASE_UNKNOWN");
      await prepared("lister");
      await refused(askIssuing(), "ITEM_NOT_OPENED");
      await refused(published("lister"), "SAME_PERSON");
      await published("listPublisher");
      const { entries } = await (await scene().as("writer", ListService)).getEffectiveList({ division });
      expect(entries).toMatchObject([{ itemCode: scene().licence.code, departments: [code] }]);
    });

    test("5.6.2, 5.8.3 the province says at which node the department is, and that it may issue", async () => {
      const { province } = scene().trial.cores;
      const operator = scene().trial.operators.get(PROVINCE.code);
      const issuers = operator?.client(IssuerService, province.mesh.catalog?.[0] ?? "");
      const node = MARKET.node.code;
      // The department's record comes up with an event.
      await expect
        .poll(async () => (await issuers?.confirmDepartment({ code, node }))?.body?.node, settling)
        .toBe(node);
      const right = { node, departmentCode: code, itemCode: scene().licence.code, since: SINCE };
      await issuers?.putIssuingRight({ right });
    });
  });

  const opened = async (id: string) => {
    const requests = await scene().as("writer", OpeningRequestService);
    await expect
      .poll(async () => (await requests.getOpeningRequest({ id })).request, settling)
      .toMatchObject({ state: OpeningRequestState.DONE, fault: "" });
  };
  const { SUBMIT, CONFIRM, RETURN } = OpeningRequestAction;

  test("6.2.4.2, 6.4.5.1 issuing is opened when the department has asked and the 实施员 has confirmed, and not before", async () => {
    await refused(askIssuing("maker"), "PERMISSION_DENIED");
    await askIssuing();
    await refused(scene().stepsOpening("implementer", FIRST, CONFIRM), "STEP_REFUSED");
    await scene().stepsOpening("writer", FIRST, SUBMIT);
    await refused(scene().stepsOpening("writer", FIRST, CONFIRM), "PERMISSION_DENIED");
    await refused(scene().stepsOpening("head", FIRST, CONFIRM), "PERMISSION_DENIED");
    await refused(scene().stepsOpening("street", FIRST, CONFIRM), "CASE_UNKNOWN");
    await refused(scene().stepsOpening("implementer", FIRST, RETURN), "INVALID_FIELD");
    await scene().stepsOpening("implementer", FIRST, RETURN, "请核对开通日期");
    await askIssuing();
    await refused(askIssuing("writer", SECOND), "ALREADY_EXISTS");
    await scene().stepsOpening("writer", FIRST, SUBMIT);
    await refused(scene().makes("maker", SERIAL), "ITEM_NOT_OPENED");
    await scene().stepsOpening("implementer", FIRST, CONFIRM);
    await opened(FIRST);
  });

  test("4.4.1, 6.4.5.1 nothing is made before the first day, which is changed in the same way as it was set", async () => {
    await refused(scene().makes("maker", SERIAL), "ITEM_NOT_YET_OPEN");
    await askIssuing("head", SECOND, TODAY);
    await scene().stepsOpening("head", SECOND, SUBMIT);
    await refused(scene().makes("maker", SERIAL), "ITEM_NOT_YET_OPEN");
    await scene().stepsOpening("implementer", SECOND, CONFIRM);
    await opened(SECOND);
  });
}
