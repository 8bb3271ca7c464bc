import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { EntryAction, EntryState } from "../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { EntryService } from "../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { PaperKind } from "../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PaperService } from "../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { catalogService } from "../../services/catalog/main.ts";
import type { StaffActor } from "../../services/domain/actor.ts";
import type { Role } from "../../services/domain/role.ts";
import { governanceService } from "../../services/governance/main.ts";
import { identityService } from "../../services/identity/main.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { RunningService, ServiceModule } from "../../services/node/runtime.ts";
import { CITY_BODY, codeOf } from "../fixtures/governance-house.ts";
import { directClient } from "../fixtures/runtime.ts";
import { callFrom } from "../node/call-from.ts";
import { makeNodeFiles } from "../node/node-files.ts";
import { createDepartment } from "../trust/department.ts";

const ORIGIN = "https://linghai.ecert.localhost:8443";
const NAME = "岭海市天湾区民政局";

const files = makeNodeFiles();
let authority: Authority;
let node: RunningNode;
let governance: RunningService;

/** A node whose services speak with each other through the chain of every call. */
beforeAll(async () => {
  const path = (name: string) => join(files.directory, name);
  authority = createAuthority(path("departments"));
  for (const [name, pem] of Object.entries(authority.certificates)) writeFileSync(path(`${name}.pem`), pem);
  for (const [name, pem] of Object.entries(authority.crl())) writeFileSync(path(`${name}.crl`), pem);
  const keeping: ServiceModule = {
    name: "governance",
    async start(runtime) {
      governance = await governanceService.start(runtime);
      return governance;
    },
  };
  const usual = files.config(["catalog", "identity", "governance"]);
  node = await startNode(
    {
      ...usual,
      tokens: { ...usual.tokens, privateKeyFile: files.tokenKeyFile },
      divisionsFile: join(import.meta.dirname, "../../ops/trial/divisions.csv"),
      signers: {
        anchorFiles: [path("root.pem")],
        intermediateFiles: [path("signing.pem")],
        revocationListFiles: [path("root.crl"), path("signing.crl")],
      },
      staff: {
        ...{ origin: ORIGIN, signInOrigin: ORIGIN, idleSeconds: 1_800, absoluteSeconds: 43_200 },
        authorities: { anchorFiles: [path("staff.pem")], revocationListFiles: [path("staff.crl")] },
      },
    },
    [catalogService, identityService, keeping],
  );
});
afterAll(async () => {
  await node.stop();
  files.remove();
});

const person = (account: string, role: Role): StaffActor => ({
  ...{ kind: "staff", node: "440100", account: `440100-${account}`, name: account, roles: [role], ...CITY_BODY },
});
const filler = () => directClient(governance, EntryService, person("filler", "implementer"));
const checker = () => directClient(governance, EntryService, person("checker", "administrator"));
const operator = () => files.identity(files.certify("operator", ["ops"]));
const call = (method: string, message: object, as: object = { ca: operator().ca }) =>
  callFrom("127.0.0.1", node.addresses.connect as string, method, message, as as never);

async function entered(tail: string): Promise<string> {
  const code = codeOf(tail);
  const papers = directClient(governance, PaperService, person("filler", "implementer"));
  const form = {
    name: "登记表.txt",
    mediaType: "text/plain",
    content: Buffer.from(tail),
    kind: PaperKind.REGISTRATION_FORM,
  };
  const sha256 = (await papers.putPaper(form)).paper?.sha256 ?? "";
  const administrator = { account: `440100-chief-${tail}`, name: "李四" };
  const entry = { code, name: NAME, division: "440106", administrator, papers: [{ kind: form.kind, sha256 }] };
  const put = await filler().putEntry({ entry });
  const submitting = { code, action: EntryAction.SUBMIT, revision: put.entry?.revision ?? 0 };
  const submitted = await filler().takeEntryStep(submitting);
  await checker().takeEntryStep({ code, action: EntryAction.ACCEPT, revision: submitted.entry?.revision ?? 0 });
  return code;
}
const until = (code: string, state: EntryState) =>
  vi.waitFor(async () => expect((await checker().getEntry({ code })).entry).toMatchObject({ state, fault: "" }), {
    timeout: 20_000,
    interval: 20,
  });

test("a department that nobody knew enters a node: registered and invited by the node itself, activated by its institution certificate, and told so (6.2.2.1, 6.4.1.1, 5.8.3)", async () => {
  // Divisions are loaded in the background.
  await vi.waitFor(async () => {
    const { status } = await call("ecert.governance.v1.DivisionService/GetDivision", { code: "441900100" }, operator());
    expect(status).toBe(200);
  });
  const code = await entered("301");
  await until(code, EntryState.SET_UP);
  const { body } = await call("ecert.catalog.v1.RegistryService/GetDepartment", { code }, operator());
  expect(body.department).toMatchObject({ name: NAME, division: "440106", node: "440100" });
  const account = `440100-chief-301`;
  const invited = await call("ecert.identity.v1.AccountService/GetAccount", { id: account }, operator());
  expect(invited.body.account).toMatchObject({ departmentCode: code, roles: ["ROLE_DEPARTMENT_ADMINISTRATOR"] });
  expect(invited.body.account.certificates ?? []).toEqual([]);

  const names = { organization: NAME, organizationCode: code };
  const subject = { country: "CN", state: "广东省", locality: "岭海市", commonName: NAME, ...names };
  const institution = await createDepartment(authority, "P-256", 365, subject);
  const { certPem: certificatePem } = authority.issueStaff({ name: "李四", ...names });
  const said = { departmentCode: code, account, name: "李四", certificatePem, time: new Date().toISOString() };
  const statement = Buffer.from(JSON.stringify(said));
  const signature = institution.signDigest(createHash("sha256").update(statement).digest(), { pades: false });
  const signed = { statement: statement.toString("base64"), signature: Buffer.from(signature).toString("base64") };
  const activated = await call("ecert.identity.v1.AccountService/ActivateAdministrator", signed);
  expect(activated.body).toMatchObject({ account: { id: account, departmentCode: code } });

  // The next case that is accepted has the node look at all that wait.
  await until(await entered("302"), EntryState.SET_UP);
  await until(code, EntryState.ACTIVE);
});
