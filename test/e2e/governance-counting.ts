import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Client } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { PROVINCE } from "../../ops/trial/plan.ts";
import { EntryState } from "../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { EntryService } from "../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { BulletinForm, BulletinService } from "../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { SupervisionService } from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { quarterOf } from "../../services/domain/quarter.ts";
import { CITY, MARKET, PEOPLE, PLANNING, type Who } from "./governance-people.ts";
import { type GovernanceScene, QUARTER, refused, settling, TODAY } from "./governance-scene.ts";

const code = MARKET.code;

/** What supervision tells of all that (4.7), and the bulletin of the quarter before (6.2.6). */
export function describeCounting(scene: () => GovernanceScene): void {
  describe("4.7, 6.2.6 what was done is counted and told", () => {
    const rates = async (client: Pick<Client<typeof SupervisionService>, "getRates">, departmentCode: string) =>
      (await client.getRates({ departmentCode })).rows[0];

    test("3.7, 3.8 both departments stand in the rates of today, at the city and at the province", async () => {
      const { province } = scene().trial.cores;
      const operator = scene().trial.operators.get(PROVINCE.code);
      const above = operator?.client(SupervisionService, province.mesh.supervision?.[0] ?? "");
      for (const supervision of [await scene().as("inspector", SupervisionService), above]) {
        if (!supervision) throw new Error("no operator of the province");
        await expect
          .poll(() => rates(supervision, code), settling)
          .toMatchObject({ electronicRate: 1, declaredRate: 1 });
        await expect.poll(() => rates(supervision, PLANNING.code), settling).toMatchObject({ usageRate: 1 });
      }
      const own = await scene().as("head", SupervisionService);
      expect(await rates(own, code)).toMatchObject({ electronicRate: 1 });
      expect(await rates(own, PLANNING.code)).toBeUndefined();
      await refused((await scene().as("signer", SupervisionService)).getRates({}), "PERMISSION_DENIED");
    });

    test("6.2.6.1, 6.2.6.2 one 监督检查 freezes the quarter, another publishes its bulletin, signed, to a leader who reads it", async () => {
      const quarter = QUARTER;
      const addressees = [{ account: PEOPLE.head.account, departmentCode: code }];
      let inspectionSha256 = "";
      const published = async (who: Who) => {
        const said = { quarter, remark: "请抓紧开通", addressees, inspectionSha256 };
        return (await scene().as(who, BulletinService)).publishBulletin(said);
      };
      const supervision = await scene().as("inspector", SupervisionService);
      await refused(published("bulletinPublisher"), "INSPECTION_UNKNOWN");
      await refused(supervision.freezeInspection({ quarter: quarterOf(TODAY) }), "INVALID_FIELD");
      await refused(supervision.freezeInspection({ quarter, division: PROVINCE.code }), "INVALID_FIELD");
      await refused((await scene().as("head", SupervisionService)).freezeInspection({ quarter }), "PERMISSION_DENIED");
      const { inspection } = await supervision.freezeInspection({ quarter });
      expect(inspection).toMatchObject({ division: CITY.division, quarter });
      await refused(published("bulletinPublisher"), "REVISION_CONFLICT");
      inspectionSha256 = inspection?.sha256 ?? "";
      // It was listed and on the portal in that quarter, as list and matters say, and neither issued nor used yet.
      const frozen = (await supervision.getInspection({ quarter })).rows.map((row) => row.rates);
      const of = (departmentCode: string) => frozen.find((row) => row?.departmentCode === departmentCode);
      expect(of(code)).toMatchObject({ electronicRate: 0, figures: { listed: 1 } });
      expect(of(PLANNING.code)).toMatchObject({ usageRate: 0, figures: { portal: 1 } });
      await refused(published("inspector"), "SAME_PERSON");
      const { bulletin } = await published("bulletinPublisher");
      expect(bulletin).toMatchObject({
        publisher: CITY.name,
        addressees: [{ account: PEOPLE.head.account, readAt: "" }],
      });

      const asked = { division: CITY.division, quarter, form: BulletinForm.PDF };
      await refused((await scene().as("writer", BulletinService)).readOwnBulletin(asked), "BULLETIN_UNKNOWN");
      const { content } = await (await scene().as("head", BulletinService)).readOwnBulletin(asked);
      expect(Buffer.from(content.subarray(0, 5)).toString()).toBe("%PDF-");
      const said = JSON.parse(bulletin?.statementJson ?? "{}") as { files: { pdf: string } };
      expect(createHash("sha256").update(content).digest("hex")).toBe(said.files.pdf);
      const key = createPublicKey(readFileSync(scene().trial.cores.linghai.publicKeyFile));
      expect(verify(null, Buffer.from(bulletin?.statementJson ?? ""), key, bulletin?.signature ?? Buffer.of())).toBe(
        true,
      );
      const { bulletin: after } = await (await scene().as("inspector", BulletinService)).getBulletin({ quarter });
      expect(after?.addressees[0]?.readAt).not.toBe("");
    });
  });

  test("6.2.2.1 and the entry of the department has come to its end", async () => {
    const entries = await scene().as("head", EntryService);
    await expect.poll(async () => (await entries.getEntry({ code })).entry?.state, settling).toBe(EntryState.ACTIVE);
  });
}
