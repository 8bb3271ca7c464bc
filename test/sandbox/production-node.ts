import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NODE_FILES, tlsFilesOf } from "../../ops/install/starter.ts";
import { makeSandbox } from "../../ops/sandbox/make-sandbox.ts";
import { coreOf, placeOf, SANDBOX_FILES, type SandboxPlan } from "../../ops/sandbox/plan.ts";
import { openOperator } from "../../ops/trial/operator.ts";
import { startProgram } from "../../ops/trial/process.ts";
import { isReady } from "../../ops/trial/ready.ts";
import { SERVING } from "../../ops/trial/serving.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";

/** A node of production that serves by itself, without peers, broker or agent, and a system that is registered there. */
export interface ProductionNode {
  public: string;
  connect: string;
  caFile: string;
  appKey: string;
  secret: string;
  stop(): Promise<void>;
}

/** Starts one in a folder: made as a sandbox of one host is, from a code without its mark. */
export async function startProduction(plan: SandboxPlan): Promise<ProductionNode> {
  const { code, department, app, port } = plan;
  const node = (name: string) => placeOf(plan, SANDBOX_FILES.node, name);
  await makeSandbox(plan);
  const config = node(NODE_FILES.config);
  const { nats: _broker, ...alone } = JSON.parse(readFileSync(config, "utf8"));
  writeFileSync(config, JSON.stringify(alone));
  const running = await startProgram({
    ...{ name: code, script: "services/main.ts", args: ["--config", config] },
    ...{ ...SERVING, logDirectory: placeOf(plan, SANDBOX_FILES.logs), ready: () => isReady(`127.0.0.1:${port + 3}`) },
  });
  const caFile = join(placeOf(plan, SANDBOX_FILES.authority), "root.crt.pem");
  const { certificate, key } = tlsFilesOf("operator");
  const operator = openOperator({ certificateFile: node(certificate), privateKeyFile: node(key), caFile });
  try {
    const [mesh = ""] = coreOf(plan).mesh.catalog ?? [];
    await operator.client(RegistryService, mesh).putDepartment({ department });
    const registered = {
      key: app,
      name: "审批系统",
      departmentCode: department.code,
      scopes: ["issue.read", "usage.use"],
    };
    const { secret } = await operator
      .client(AppService, mesh)
      .putApp({ requestId: randomUUID(), app: registered, rotateSecret: true });
    const at = (offset: number) => `https://127.0.0.1:${port + offset}`;
    return { public: at(1), connect: at(2), caFile, appKey: app, secret, stop: () => running.stop() };
  } catch (error) {
    await running.stop();
    throw error;
  } finally {
    await operator.close();
  }
}
