import { readAgentConfig } from "../../agent/config/agent-config.ts";
import { startAgent } from "../../agent/daemon.ts";
import { openLog } from "../../services/host/log.ts";
import { openDoom } from "./doom.ts";

// The launcher of an agent that ends itself where a test orders it to: `agent-main.ts run --config FILE`.
const config = readAgentConfig(process.argv[4] ?? "");
const log = openLog(config.logLevel, { agent: config.agent, node: config.node });
const agent = await startAgent(config, log, { passed: openDoom() });
process.on("SIGTERM", () => void agent.stop());
