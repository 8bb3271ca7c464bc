import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { openOperator } from "../../ops/trial/operator.ts";
import { freePorts } from "../../ops/trial/ports.ts";
import { signIn, signOut } from "../../ops/trial/sign-in.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { Role } from "../../proto/gen/ecert/type/v1/permission_pb.ts";
import { httpsFetch } from "../../services/base/https-fetch.ts";
import { catalogService } from "../../services/catalog/main.ts";
import { identityService } from "../../services/identity/main.ts";
import { type OperatedNode, openChangedNode } from "./operated-node.ts";

/* A member of staff at a shell in the place of an operator: each command signs in with the person's own certificate key. */

const BUREAU = { code: "11440106MB9DEM11X6", name: "岭海市市场监督管理局", division: "440106" };
const YANG = "440100-yang";
const directory = mkdtempSync(join(tmpdir(), "ecert-person-"));
const file = (name: string) => join(directory, name);
let authority: Authority;
let node: OperatedNode;
let env: NodeJS.ProcessEnv;

function keyFile(name: string): string {
  const order = { name, organization: BUREAU.name, organizationCode: BUREAU.code };
  const { certPem, keyPem } = authority.issueStaff(order);
  const args = ["pkcs12", "-export", "-passout", "pass:正确的口令", "-out", file(`${name}.p12`)];
  execFileSync("openssl", args, { input: keyPem + certPem });
  writeFileSync(file(`${name}.pem`), certPem);
  return file(`${name}.p12`);
}

/** A command of a person: the environment knows the page, and no operator. */
function ecert(key: string, ...args: string[]) {
  return node.ecert(...args, "--page", env.PAGE as string, "--key", key, "--key-password-file", file("password"));
}

beforeAll(async () => {
  authority = createAuthority(file("authority"));
  writeFileSync(file("staff.pem"), authority.certificates.staff);
  writeFileSync(file("staff.crl"), authority.crl().staff);
  writeFileSync(file("password"), "正确的口令\n");
  const [connect, signIn] = (await freePorts(2)) as [number, number];
  const [origin, signInOrigin] = [`https://localhost:${connect}`, `https://localhost:${signIn}`];
  const free = { address: "127.0.0.1:0" };
  node = await openChangedNode(
    {
      listeners: {
        ...{ mesh: free, admin: free },
        connect: { address: `127.0.0.1:${connect}` },
        signIn: { address: `127.0.0.1:${signIn}` },
      },
      staff: {
        ...{ origin, signInOrigin, idleSeconds: 1_800, absoluteSeconds: 43_200 },
        authorities: { anchorFiles: [file("staff.pem")], revocationListFiles: [file("staff.crl")] },
      },
    },
    catalogService,
    identityService,
  );
  env = { ...node.env, PAGE: origin };
  const certificate = {
    certificateFile: env.ECERT_OPERATOR_CERTIFICATE as string,
    privateKeyFile: env.ECERT_OPERATOR_KEY as string,
    caFile: env.ECERT_OPERATOR_CA as string,
  };
  const operator = openOperator(certificate);
  const mesh = env.ECERT_SERVER as string;
  await operator.client(RegistryService, mesh).putDepartment({ department: BUREAU });
  const accounts = operator.client(AccountService, mesh);
  await accounts.putAccount({
    account: { id: YANG, name: "杨", departmentCode: BUREAU.code, roles: [Role.ADMINISTRATOR] },
  });
  keyFile("yang");
  await accounts.bindCertificate({ id: YANG, certificatePem: readFileSync(file("yang.pem"), "utf8") });
  await operator.close();
}, 60_000);
afterAll(async () => {
  await node?.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("5.9.2 a person at a shell", () => {
  test("does what the own roles allow, under the own name", async () => {
    const { code, out, err } = await ecert(file("yang.p12"), "department", "list", "--json");
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ code: BUREAU.code }]);
  });

  test("is refused what the roles do not allow, in both languages", async () => {
    const { code, err } = await ecert(file("yang.p12"), "node-key", "list");
    expect(code).toBe(2);
    expect(err).toContain("没有权限");
  });

  test("is signed out when the command ends: no session of it is left", async () => {
    await ecert(file("yang.p12"), "department", "list");
    const ca = readFileSync(env.ECERT_OPERATOR_CA as string, "utf8");
    const key = { p12: readFileSync(file("yang.p12")), password: "正确的口令" };
    const session = await signIn({ page: env.PAGE as string, ca, key });
    const asked = httpsFetch(
      `${env.PAGE}/ecert.identity.v1.SessionService/ListOwnSessions`,
      {
        method: "POST",
        headers: { origin: env.PAGE as string, cookie: session.cookie, "content-type": "application/json" },
        body: "{}",
      },
      { ca, agent: session.agent, timeoutMs: 10_000, maxBytes: 100_000 },
    );
    expect(await (await asked).json()).toMatchObject({ sessions: [{ own: true }] });
    await signOut({ page: env.PAGE as string, ca }, session);
    session.agent.destroy();
  });

  test("hears what is wrong with the key: one that is bound to no account, and a password that does not open it", async () => {
    const unbound = await ecert(keyFile("liu"), "department", "list");
    expect(unbound).toMatchObject({ code: 2, out: "" });
    expect(unbound.err).toContain("certificate");
    writeFileSync(file("wrong"), "错误的口令");
    const wrong = await node.ecert(
      ...["department", "list", "--page", env.PAGE as string, "--key", file("yang.p12")],
      ...["--key-password-file", file("wrong")],
    );
    expect(wrong).toMatchObject({ code: 2, out: "" });
    expect(wrong.err).toContain("口令");
    expect(wrong.err).not.toContain("    at ");
  });

  test("names a page by https alone", async () => {
    const { code, err } = await node.ecert("department", "list", "--page", "http://localhost:1", "--key", "x");
    expect(code).toBe(2);
    expect(err).toContain("https://");
  });
});
