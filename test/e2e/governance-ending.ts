import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { OpeningHaltKind } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { OpeningRequestAction } from "../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { Verdict } from "../../services/client/index.ts";
import { MARKET, MARKET_APP, type Who } from "./governance-people.ts";
import { type GovernanceScene, outcomeOf, refused, settling, TODAY } from "./governance-scene.ts";

/** Business serials of a licence that is made while issuing is open, and of one that is never made. */
const [HELD, LATE] = ["2026-0002", "2026-0003"];

/** What ends or stands still: an opening, a certificate, the key of a person (4.4.4, 5.9.4, 6.4.5.1). */
export function describeEnding(scene: () => GovernanceScene): void {
  test("6.4.5.1 the body suspends issuing at once: nothing is made or issued, and what is made is issued once it goes on", async () => {
    const halted = async (who: Who, kind?: OpeningHaltKind) => {
      const named = { itemCode: scene().licence.code, departmentCode: MARKET.code, appKey: MARKET_APP };
      const opening = { ...named, ...(kind && { halt: { kind, cause: "抽查" } }) };
      return (await scene().as(who, RegistryService)).putIssuingOpening({ opening, updateMask: { paths: ["halt"] } });
    };
    await scene().makes("maker", HELD);
    await refused(halted("writer", OpeningHaltKind.SUSPENDED), "PERMISSION_DENIED");
    await refused(halted("street", OpeningHaltKind.SUSPENDED), "PERMISSION_DENIED");
    await halted("implementer", OpeningHaltKind.SUSPENDED);
    await expect.poll(() => outcomeOf(scene().makes("maker", LATE)), settling).toBe("OPENING_SUSPENDED");
    await refused(scene().signs("signer", HELD), "OPENING_SUSPENDED");
    await refused(halted("implementer"), "PROCEDURE_NEEDED");
    const RESUMED = "resumed";
    const named = { itemCode: scene().licence.code, departmentCode: MARKET.code, appKey: MARKET_APP };
    const value = { ...named, sealCode: MARKET.seal, opensOn: TODAY };
    await scene().asks("writer", { id: RESUMED, departmentCode: MARKET.code, subject: { case: "issuing", value } });
    await scene().stepsOpening("writer", RESUMED, OpeningRequestAction.SUBMIT);
    await scene().stepsOpening("implementer", RESUMED, OpeningRequestAction.CONFIRM);
    await expect.poll(() => outcomeOf(scene().signs("signer", HELD)), settling).toBe("OK");
  });

  test("4.4.4, 4.5.1 a certificate that 核验签发 revokes is worth nothing to who uses it from then on", async () => {
    const issued = await (await scene().as("signer", IssueService)).getCertificate({ businessSerial: HELD });
    const identifier = issued.certificate?.identifier ?? "";
    const revocation = { requestId: randomUUID(), identifier, cause: "核发有误" };
    const revoked = async (who: Who) => (await scene().as(who, IssueService)).revokeCertificate(revocation);
    await refused(revoked("maker"), "PERMISSION_DENIED");
    await revoked("signer");
    const usageCode = await scene().usageCode("planningUser");
    const using = await scene().as("planningUser", UsageService);
    expect(await using.verifyCertificate({ usageCode, identifier })).toMatchObject({ verdict: Verdict.REVOKED });
    await refused(using.extractData({ usageCode, identifier, fields: ["name"] }), "STATE_CONFLICT");
  });

  test("5.9.4 a personal certificate that its authority has revoked signs nobody in any more and ends the session that it began; those of others do not", async () => {
    const { serial } = scene().keyOf("maker");
    await scene().signIn("maker");
    scene().trial.authority.revoke(serial, "keyCompromise");
    scene().trial.publishLists();
    await expect.poll(() => outcomeOf(scene().signIn("maker")), settling).toBe("SIGN_IN_REFUSED");
    await expect.poll(() => outcomeOf(scene().makes("maker", LATE)), settling).toBe("SESSION_ENDED");
    await scene().signIn("signer");
  });
}
