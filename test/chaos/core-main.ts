import { loadConfig } from "../../services/host/config-load.ts";
import { loadService } from "../../services/modules.ts";
import { startNode } from "../../services/node/node.ts";
import { settableClock } from "./clock-file.ts";

// The launcher of a core whose clock a test can set: `core-main.ts --config FILE`.
const config = loadConfig(process.argv[3] ?? "");
const modules = await Promise.all(config.services.map(loadService));
// What waits does so by a clock that nobody sets.
const node = await startNode(config, modules, { now: settableClock(), monotonic: () => performance.now() });
process.on("SIGTERM", () => void node.stop());
