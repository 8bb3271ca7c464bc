import { catalogService } from "../../services/catalog/main.ts";
import { createIssueService } from "../../services/issue/main.ts";
import type { ServiceName } from "../../services/runtime/config.ts";
import { loadConfig } from "../../services/runtime/config-load.ts";
import { startNode } from "../../services/runtime/node.ts";
import type { ServiceModule } from "../../services/runtime/runtime.ts";
import { syncService } from "../../services/sync/main.ts";
import { usageService } from "../../services/usage/main.ts";
import { openDoom } from "./doom.ts";
import { watchedModule } from "./watched.ts";

// The launcher of a core that ends itself where a test orders it to: `core-main.ts --config FILE`.
const passed = openDoom();
const modules: Record<ServiceName, ServiceModule> = {
  catalog: catalogService,
  issue: createIssueService({ passed }),
  usage: usageService,
  sync: syncService,
};
const config = loadConfig(process.argv[3] ?? "");
const node = await startNode(
  config,
  config.services.map((name) => watchedModule(modules[name], passed)),
);
process.on("SIGTERM", () => void node.stop());
