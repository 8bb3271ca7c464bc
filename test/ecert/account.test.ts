import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Client } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { type Operator, openOperator } from "../../ops/trial/operator.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { Role } from "../../proto/gen/ecert/type/v1/permission_pb.ts";
import { catalogService } from "../../services/catalog/main.ts";
import { identityService } from "../../services/identity/main.ts";
import { createDepartment } from "../trust/department.ts";
import { type OperatedNode, openChangedNode } from "./operated-node.ts";

/* Accounts of staff from a shell: a catalog and an identity service over mutual TLS, each command a process. */

const BUREAU = { code: "11440106MB9DEM11X6", name: "岭海市市场监督管理局", division: "440106" };
const directory = mkdtempSync(join(tmpdir(), "ecert-account-"));
const file = (name: string) => join(directory, name);
let authority: Authority;
let node: OperatedNode;
let operator: Operator;
let accounts: Client<typeof AccountService>;

beforeAll(async () => {
  authority = createAuthority(file("authority"));
  for (const [name, pem] of Object.entries(authority.certificates)) writeFileSync(file(`${name}.pem`), pem);
  for (const [name, pem] of Object.entries(authority.crl())) writeFileSync(file(`${name}.crl`), pem);
  const staff = { anchorFiles: [file("staff.pem")], revocationListFiles: [file("staff.crl")] };
  const [origin, signInOrigin] = ["https://localhost:8443", "https://localhost:8444"];
  const signers = {
    anchorFiles: [file("root.pem")],
    intermediateFiles: [file("signing.pem")],
    revocationListFiles: [file("root.crl"), file("signing.crl")],
  };
  const passwords = { minimumLength: 14, rotationDays: 90 };
  const changes = {
    staff: { origin, signInOrigin, authorities: staff, idleSeconds: 1_800, absoluteSeconds: 43_200, passwords },
    signers,
  };
  node = await openChangedNode(changes, catalogService, identityService);
  const { env } = node;
  operator = openOperator({
    certificateFile: env.ECERT_OPERATOR_CERTIFICATE as string,
    privateKeyFile: env.ECERT_OPERATOR_KEY as string,
    caFile: env.ECERT_OPERATOR_CA as string,
  });
  accounts = operator.client(AccountService, env.ECERT_SERVER as string);
  await operator.client(RegistryService, env.ECERT_SERVER as string).putDepartment({ department: BUREAU });
});
afterAll(async () => {
  operator?.close();
  await node?.close();
  rmSync(directory, { recursive: true, force: true });
});

function keep(name: string, content: string | Uint8Array): string {
  writeFileSync(file(name), content);
  return file(name);
}

/** A file with somebody's certificate. */
function certificate(name: string): string {
  const order = { name, organization: BUREAU.name, organizationCode: BUREAU.code };
  return keep(`${name}.crt.pem`, authority.issueStaff(order).certPem);
}

async function done(...args: string[]): Promise<string> {
  const { code, out, err } = await node.ecert(...args);
  expect([code, err]).toEqual([0, ""]);
  return out;
}

async function refused(...args: string[]): Promise<string> {
  const { code, out, err } = await node.ecert(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).not.toContain("    at ");
  return err;
}

describe("accounts of staff from a shell (6.2.4.1)", () => {
  test("begin with the first administrator, by a certificate and once (5.9.2)", async () => {
    const setup = ["setup", "--administrator", certificate("首任"), "--name", "首任", "--department", BUREAU.code];
    const out = await done(...setup, "--roles", "实施员");
    expect(out).toContain("已设立管理员 · administrator: 440100-admin\n");
    expect(out).toContain("CN=首任");
    const [account] = (await accounts.listAccounts({})).accounts;
    expect(account).toMatchObject({ roles: [Role.ADMINISTRATOR, Role.IMPLEMENTER], division: "440106" });
    expect(await refused(...setup)).toContain("已设立过管理员");
  });

  test("come from a table with their certificates, all or none, every fault with its line", async () => {
    certificate("张示例");
    const table = ["账户,姓名,部门代码,角色,证书文件", `440100-zhang,张示例,${BUREAU.code},制证 用证,张示例.crt.pem`];
    const list = keep("staff.csv", table.join("\r\n"));
    expect(await done("account", "import", list)).toBe(
      "已存 · stored: 新开 opened 1, 更改 changed 0, 未变 unchanged 0\n",
    );
    const { account } = await accounts.getAccount({ id: "440100-zhang" });
    expect(account).toMatchObject({ roles: [Role.MAKER, Role.USER], certificates: [{ subject: /CN=张示例/ }] });
    const wrong = keep("wrong.csv", [...table, "440300-x,,X,用证,"].join("\n"));
    const told = await refused("account", "import", wrong, "--dry-run");
    for (const member of ["id", "name", "department_code"]) expect(told).toContain(`${wrong}:3 account.${member}: `);
    expect(told).toContain("一概未存 · nothing is stored");
  });

  test("get another certificate, lose one, and are closed (5.9.4)", async () => {
    const id = "440100-zhang";
    const bound = JSON.parse(await done("account", "bind", id, certificate("张新"), "--json"));
    const [old, renewed] = bound.account.certificates;
    await done("account", "unbind", id, old.fingerprint);
    expect(JSON.parse(await done("account", "sign-out", id, "--json"))).toEqual({ ended: 0 });
    await done("account", "close", id);
    const { account } = await accounts.getAccount({ id });
    expect(account).toMatchObject({ disabled: true, certificates: [{ fingerprint: renewed.fingerprint }] });
  });
});

test("a system account gets a password to start with, and loses it; one that issues gets none (5.9.2)", async () => {
  const put = (id: string, roles: Role[]) =>
    accounts.putAccount({ account: { id, name: "值守", departmentCode: BUREAU.code, roles } });
  await put("440100-watch", [Role.SUPERVISOR]);
  await put("440100-sign", [Role.SIGNER]);
  expect(await done("account", "set-password", "440100-watch")).toMatch(
    /^初始密码 start password: [A-Z2-7]{26}\n有效至 good until: \d{4}-/,
  );
  expect(await done("account", "remove-password", "440100-watch")).toBe("完成 · done: 440100-watch\n");
  expect(await refused("account", "set-password", "440100-sign")).toContain(
    "核验签发 sign in with a certificate key alone",
  );
});

test("an institution certificate activates an administrator by openssl and curl, as the page on commands says (5.8.3)", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../ops/ecert/README.md"), "utf8");
  const block = page.match(/```sh\n(node -e [\s\S]*?)```/)?.[1] as string;
  const subject = {
    ...{ country: "CN", state: "广东省", locality: "岭海市", organizationCode: BUREAU.code },
    ...{ organization: BUREAU.name, commonName: BUREAU.name },
  };
  const institution = await createDepartment(authority, "P-256", 365, subject);
  keep("institution.crt.pem", institution.certPem);
  keep("institution.key.pem", institution.keyPem);
  keep("issuing.crt.pem", authority.certificates.signing);
  keep("ca.pem", readFileSync(node.files.caFile));
  keep("chief.crt.pem", readFileSync(certificate("部门管理员")));
  const env = { ...process.env, CORE: node.connect };
  const { stdout } = await promisify(execFile)("bash", ["-euc", block], { cwd: directory, env });
  expect(JSON.parse(stdout)).toMatchObject({
    account: {
      id: "440100-chief",
      roles: ["ROLE_DEPARTMENT_ADMINISTRATOR"],
      certificates: [{ subject: /CN=部门管理员/ }],
    },
  });
});
