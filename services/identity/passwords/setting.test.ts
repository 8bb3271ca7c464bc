import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { BUREAU, openPasswordScene, type PasswordScene } from "../../../test/identity/password-scene.ts";
import type { StaffActor } from "../../domain/actor.ts";
import type { Role as RoleName } from "../../domain/role.ts";

let scene: PasswordScene;
const as = (role: RoleName): StaffActor => ({
  ...{ kind: "staff", node: "440100", account: "440100-head", name: "主任" },
  ...{ department: BUREAU, division: "440106", roles: [role] },
});

beforeAll(async () => {
  scene = await openPasswordScene();
});
afterAll(() => scene.close());

describe("who sets passwords (5.9.2)", () => {
  test("sets none of an account with a role that a certificate key alone opens (5.4.2, 5.4.3, 5.8.3)", async () => {
    for (const role of [Role.MAKER, Role.SIGNER, Role.USER, Role.DEPARTMENT_ADMINISTRATOR, Role.ADMINISTRATOR]) {
      await scene.put("440100-keyed", [Role.AUDITOR, role]);
      const refused = scene.service().setPassword({ id: "440100-keyed" });
      await expect(refused).rejects.toMatchObject({
        reason: "PERMISSION_DENIED",
        metadata: { roles: expect.stringMatching(/^\w+$/) },
      });
    }
  });

  test("has the account in reach, and could give each of its roles: who sets a password could use it first", async () => {
    await scene.put("440100-watch", [Role.SUPERVISOR]);
    const own = scene.service(as("departmentAdministrator"));
    for (const refused of [own.setPassword({ id: "440100-watch" }), own.removePassword({ id: "440100-watch" })])
      await expect(refused).rejects.toMatchObject({ reason: "PERMISSION_DENIED", metadata: { roles: "supervisor" } });
    const other = scene.service({ ...as("departmentAdministrator"), department: "114403000000990007" });
    for (const refused of [other.setPassword({ id: "440100-watch" }), other.removePassword({ id: "440100-watch" })])
      await expect(refused).rejects.toMatchObject({ reason: "ACCOUNT_UNKNOWN", fields: [{ field: "id" }] });
    await scene.put("440100-audit", [Role.AUDITOR]);
    expect((await own.setPassword({ id: "440100-audit" })).startPassword).toHaveLength(26);
  });
});
