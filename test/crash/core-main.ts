import { loadConfig } from "../../services/host/config-load.ts";
import { createIssueService } from "../../services/issue/main.ts";
import { loadService } from "../../services/modules.ts";
import { startNode } from "../../services/node/node.ts";
import { createSyncService } from "../../services/sync/main.ts";
import { DEFAULT_SYNC_OPTIONS } from "../../services/sync/options.ts";
import { openDoom } from "./doom.ts";
import { watchedModule } from "./watched.ts";

// The launcher of a core that ends itself where a test orders it to: `core-main.ts --config FILE`.
const passed = openDoom();
const config = loadConfig(process.argv[3] ?? "");
/** No comparison of archives repairs what an event was lost for: the one at the end must find nothing to do. */
const syncOptions = { ...DEFAULT_SYNC_OPTIONS, compareEveryMs: 0 };
const modules = await Promise.all(
  config.services.map((name) => {
    if (name === "issue") return createIssueService({ passed });
    return name === "sync" ? createSyncService(syncOptions) : loadService(name);
  }),
);
const node = await startNode(
  config,
  modules.map((module) => watchedModule(module, passed)),
);
process.on("SIGTERM", () => void node.stop());
