import { execFile } from "node:child_process";
import { join } from "node:path";
import type { NodeConfig, ServiceName } from "../../services/host/config.ts";
import { startNode } from "../../services/node/node.ts";
import type { ServiceModule } from "../../services/node/runtime.ts";
import { makeNodeFiles, type NodeFiles } from "../node/node-files.ts";

/** What a command gave. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** A node in this process with services of a test, and the commands of its operator `li`, each a process of its own. */
export interface OperatedNode {
  readonly files: NodeFiles;
  /** Address of its admin listener. */
  readonly admin: string;
  /** Address of its Connect listener. */
  readonly connect: string;
  /** Environment in which the commands know node and operator. */
  readonly env: NodeJS.ProcessEnv;
  /** Arguments of Node for `ecert …`. */
  command(...args: string[]): string[];
  /** Runs `ecert …` to its end. The node serves in this process, so the command does not block it. */
  ecert(...args: string[]): Promise<Ended>;
  close(): Promise<void>;
}

/** Starts the node: a city. */
export function openOperatedNode(...modules: ServiceModule[]): Promise<OperatedNode> {
  return openChangedNode({}, ...modules);
}

/** Starts the node with another configuration. */
export async function openChangedNode(
  changes: Partial<NodeConfig>,
  ...modules: ServiceModule[]
): Promise<OperatedNode> {
  const files = makeNodeFiles();
  const names = modules.map(({ name }) => name as ServiceName);
  const node = await startNode(files.config(names, changes), modules);
  const operator = files.certify("operator", ["li"]);
  const env = {
    ...process.env,
    ECERT_SERVER: node.addresses.mesh as string,
    ECERT_OPERATOR_CERTIFICATE: operator.certificateFile,
    ECERT_OPERATOR_KEY: operator.privateKeyFile,
    ECERT_OPERATOR_CA: files.caFile,
  };
  const command = (...args: string[]) => [join(import.meta.dirname, "../../ops/ecert/main.ts"), ...args];
  return {
    files,
    admin: node.addresses.admin as string,
    connect: node.addresses.connect as string,
    env,
    command,
    ecert: (...args) =>
      new Promise((resolve) => {
        execFile(process.execPath, command(...args), { env }, (error, out, err) => {
          resolve({ code: Number(error?.code ?? 0), out, err });
        });
      }),
    async close() {
      await node.stop();
      files.remove();
    },
  };
}
