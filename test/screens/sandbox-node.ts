import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { NODE_FILES, tlsFilesOf } from "../../ops/install/starter.ts";
import { makeSandbox } from "../../ops/sandbox/make-sandbox.ts";
import { appKeyOf, coreOf, placeOf, SANDBOX_FILES, type SandboxPlan } from "../../ops/sandbox/plan.ts";
import { buildScreens } from "../../ops/screens/build.ts";
import { openOperator } from "../../ops/trial/operator.ts";
import { ON_SCREEN, type Person } from "../../ops/trial/people.ts";
import { freePorts } from "../../ops/trial/ports.ts";
import { startProgram } from "../../ops/trial/process.ts";
import { isReady } from "../../ops/trial/ready.ts";
import { accountOf } from "../../ops/trial/seed-staff.ts";
import { SERVING } from "../../ops/trial/serving.ts";
import { issueKey } from "../../ops/trial/staff-key.ts";
import type { CertificateKey } from "../../ops/trial/staff-session.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { Role } from "../../proto/gen/ecert/type/v1/permission_pb.ts";

const HOST = "sandbox.ecert.localhost";
const CODE = `TEST${ON_SCREEN.division}`;

/** A sandbox at which staff sign in, with the screens, and a system that is registered there. */
export interface ScreensSandbox {
  /** Origin of its pages, which its systems call too. */
  readonly origin: string;
  readonly caFile: string;
  readonly appKey: string;
  readonly secret: string;
  /** Its administrator, whom the operator has set up. */
  readonly key: CertificateKey;
  /** The public key by which nodes of production know it, PEM. */
  readonly publicKey: string;
  close(): Promise<void>;
}

/** Somebody who watches it, without a certificate. */
export const WATCHER = { id: `${CODE}-watch`, name: "值守试验" };

/** Starts one: the core alone, without an agent, made as `ecert sandbox run` makes it; what that has not are pages, people and passwords. */
export async function openScreensSandbox(): Promise<ScreensSandbox> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-screens-sandbox-"));
  const screens = await buildScreens();
  const [signIn = 0, ...ports] = await freePorts(12);
  const port = ports.find((one) => [1, 2, 3].every((next) => ports.includes(one + next))) ?? 0;
  const plan: SandboxPlan = {
    ...{ directory, code: CODE, name: "沙箱", host: HOST, port, app: `${ON_SCREEN.division}-scjg` },
    department: { code: ON_SCREEN.code, name: ON_SCREEN.name, division: ON_SCREEN.division },
  };
  const node = (name: string) => placeOf(plan, SANDBOX_FILES.node, name);
  const authority = await makeSandbox(plan);
  const [origin, signInOrigin] = [`https://${HOST}:${port + 2}`, `https://${HOST}:${signIn}`];
  mkdirSync(dirname(node(NODE_FILES.staffAuthority)), { recursive: true });
  writeFileSync(node(NODE_FILES.staffAuthority), authority.certificates.staff);
  writeFileSync(node(NODE_FILES.staffList), authority.crl().staff);
  const config = JSON.parse(readFileSync(node(NODE_FILES.config), "utf8"));
  const authorities = { anchorFiles: [NODE_FILES.staffAuthority], revocationListFiles: [NODE_FILES.staffList] };
  const amended = {
    ...config,
    listeners: { ...config.listeners, signIn: { address: `127.0.0.1:${signIn}` } },
    staff: { origin, signInOrigin, authorities, passwords: { minimumLength: 14, rotationDays: 90 } },
    screens: { builtDirectory: screens },
  };
  writeFileSync(node(NODE_FILES.config), JSON.stringify(amended));
  const running = await startProgram({
    ...{ name: CODE, script: "services/main.ts", args: ["--config", node(NODE_FILES.config)] },
    ...{ ...SERVING, logDirectory: placeOf(plan, SANDBOX_FILES.logs), ready: () => isReady(`127.0.0.1:${port + 3}`) },
  });
  const caFile = join(placeOf(plan, SANDBOX_FILES.authority), "root.crt.pem");
  const { certificate, key: privateKey } = tlsFilesOf("operator");
  const operator = openOperator({ certificateFile: node(certificate), privateKeyFile: node(privateKey), caFile });
  const close = async () => {
    await running.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const [mesh = ""] = coreOf(plan).mesh.catalog ?? [];
    const { department } = plan;
    const chief: Person = { account: `${CODE}-admin`, name: "沙箱试验", department, roles: [Role.ADMINISTRATOR] };
    const { key, certificatePem } = issueKey(chief, directory, authority);
    await operator.client(RegistryService, mesh).putDepartment({ department });
    await operator.client(AccountService, mesh).setUpAdministrator({ account: accountOf(chief), certificatePem });
    const watcher = { ...WATCHER, departmentCode: department.code, roles: [Role.SUPERVISOR] };
    await operator.client(AccountService, mesh).putAccount({ account: watcher });
    const app = { key: appKeyOf(plan), name: "审批系统", departmentCode: department.code, scopes: ["usage.use"] };
    const { secret } = await operator
      .client(AppService, mesh)
      .putApp({ requestId: randomUUID(), app, rotateSecret: true });
    const publicKey = readFileSync(node(NODE_FILES.nodePublicKey), "utf8");
    return { origin, caFile, appKey: app.key, secret, key, publicKey, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    await operator.close();
  }
}
