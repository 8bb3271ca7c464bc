import { loadConfig } from "../../services/host/config-load.ts";
import { createIssueService } from "../../services/issue/main.ts";
import { loadService } from "../../services/modules.ts";
import { startNode } from "../../services/node/node.ts";
import { openDoom } from "./doom.ts";
import { watchedModule } from "./watched.ts";

// The launcher of a core that ends itself where a test orders it to: `core-main.ts --config FILE`.
const passed = openDoom();
const config = loadConfig(process.argv[3] ?? "");
const modules = await Promise.all(
  config.services.map((name) => (name === "issue" ? createIssueService({ passed }) : loadService(name))),
);
const node = await startNode(
  config,
  modules.map((module) => watchedModule(module, passed)),
);
process.on("SIGTERM", () => void node.stop());
