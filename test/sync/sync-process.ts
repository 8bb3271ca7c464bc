import { readFileSync } from "node:fs";
import type { NodeConfig } from "../../services/host/config.ts";
import { startNode } from "../../services/node/node.ts";
import { createSyncService } from "../../services/sync/main.ts";
import type { SyncOptions } from "../../services/sync/options.ts";

/** A sync service in a process of its own, to be killed: `node sync-process.ts CONFIG OPTIONS`. */
const read = (place: number) => JSON.parse(readFileSync(process.argv[place] as string, "utf8"));
const node = await startNode(read(2) as NodeConfig, [createSyncService(read(3) as SyncOptions)]);
process.on("SIGTERM", () => node.stop());
