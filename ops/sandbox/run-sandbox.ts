import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { NODE_FILES, tlsFilesOf } from "../install/starter.ts";
import { type AgentFiles, agentProgram, provisionAgent } from "../trial/agents.ts";
import { readCatalogFiles } from "../trial/catalog-files.ts";
import { originKey } from "../trial/connect.ts";
import { openOperator } from "../trial/operator.ts";
import { type Running, startProgram } from "../trial/process.ts";
import { isReady } from "../trial/ready.ts";
import { SERVING } from "../trial/serving.ts";
import { feedSandbox } from "./feed-sandbox.ts";
import { makeSandbox } from "./make-sandbox.ts";
import { appKeyOf, coreOf, issuerOf, matterOf, placeOf, SANDBOX_FILES, type SandboxPlan } from "./plan.ts";

/** A sandbox that serves, and what a department's system needs to call it. */
export interface RunningSandbox {
  told: {
    node: string;
    /** Base addresses of the sandbox: for gRPC, and for Connect. */
    public: string;
    connect: string;
    /** Authority of its TLS certificates. */
    caFile: string;
    appKey: string;
    secretFile: string;
    originKeyId: string;
    originKeyFile: string;
    departmentCode: string;
    matterCode: string;
    /** Key that signs its reports: what production names in `sandboxes`. */
    nodeKeyFile: string;
    /** Operator's certificate and key, for `ecert sandbox check`. */
    operator: { mesh: string; certificateFile: string; privateKeyFile: string };
  };
  /** Resolves when one of its processes has ended by itself. */
  ended(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Makes a sandbox where there is none, starts its core and its agent, which has its test key in a file, and feeds it once. What was begun
 * and not finished is begun again.
 */
export async function runSandbox(plan: SandboxPlan): Promise<RunningSandbox> {
  const { code, port, host } = plan;
  const node = (name: string) => placeOf(plan, SANDBOX_FILES.node, name);
  const logDirectory = placeOf(plan, SANDBOX_FILES.logs);
  const authority = await makeSandbox(plan);
  const core = coreOf(plan);
  const files = readCatalogFiles();
  const issuer = issuerOf(
    plan,
    files.map(({ name }) => name),
  );
  const started: Running[] = [];
  const stop = async () => {
    for (const one of started.toReversed()) await one.stop();
  };
  try {
    const operatorFiles = tlsFilesOf("operator");
    const operator = {
      mesh: `${host}:${port}`,
      certificateFile: node(operatorFiles.certificate),
      privateKeyFile: node(operatorFiles.key),
    };
    const root = placeOf(plan, SANDBOX_FILES.authority, "root.crt.pem");
    const fed = placeOf(plan, SANDBOX_FILES.fed);
    const known = existsSync(fed) ? (JSON.parse(readFileSync(fed, "utf8")) as AgentFiles) : undefined;
    const device = () => ["--key-files"];
    const [agent] = await Promise.all([
      known ?? provisionAgent(placeOf(plan), issuer, core, core, authority, { root }, device),
      startProgram({
        ...{ name: code, script: "services/main.ts", args: ["--config", node(NODE_FILES.config)] },
        ...{ ...SERVING, logDirectory, ready: () => isReady(`127.0.0.1:${port + 3}`) },
      }).then((running) => started.push(running)),
    ]);
    if (!known) {
      const operating = openOperator({ ...operator, caFile: root });
      await feedSandbox(plan, operating, files, agent.certificateFile);
      await operating.close();
      writeFileSync(fed, JSON.stringify(agent, undefined, 2), { mode: 0o600 });
    }
    started.push(await startProgram(agentProgram(agent, logDirectory)));
    const origin = originKey(placeOf(plan), appKeyOf(plan));
    return {
      told: {
        ...{ node: code, public: `https://${host}:${port + 1}`, connect: `https://${host}:${port + 2}`, caFile: root },
        ...{ appKey: appKeyOf(plan), secretFile: placeOf(plan, SANDBOX_FILES.secret) },
        ...{ originKeyId: origin.keyId, originKeyFile: origin.privateKeyFile },
        ...{ departmentCode: plan.department.code, matterCode: matterOf(plan) },
        ...{ nodeKeyFile: core.publicKeyFile, operator },
      },
      ended: () => Promise.race(started.map((one) => one.ended())),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
