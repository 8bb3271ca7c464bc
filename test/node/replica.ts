import { readFileSync } from "node:fs";
import type { NodeConfig } from "../../services/host/config.ts";
import { startNode } from "../../services/node/node.ts";
import { outboxModule } from "./outbox-module.ts";

/** A replica in a process of its own, to be killed: `node replica.ts CONFIG`. Tells its mesh address in one line. */
const config = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as NodeConfig;
const node = await startNode(config, [outboxModule().module]);
process.stdout.write(`${node.addresses.mesh}\n`);
