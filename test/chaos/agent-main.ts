import { readAgentConfig } from "../../agent/config/agent-config.ts";
import { startAgent } from "../../agent/daemon.ts";
import { openLog } from "../../services/host/log.ts";
import { settableClock } from "./clock-file.ts";

// The launcher of an agent whose clock a test can set: `agent-main.ts run --config FILE`.
const config = readAgentConfig(process.argv[4] ?? "");
const log = openLog(config.logLevel, { agent: config.agent, node: config.node });
const agent = await startAgent(config, log, { now: settableClock(), monotonic: () => performance.now() });
process.on("SIGTERM", () => void agent.stop());
