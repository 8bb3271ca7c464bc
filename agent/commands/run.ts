import { giveBackMemory } from "../../services/host/give-back.ts";
import { openLog } from "../../services/host/log.ts";
import { readAgentConfig } from "../config/agent-config.ts";
import { startAgent } from "../daemon.ts";
import { loadPolicy } from "../policy.ts";
import { type Command, needed, parseOptions, print } from "./arguments.ts";

const HELP = `Connects to every core and signs what the policy of this host allows.

  node ops/launch.mjs agent run --config FILE [--check]

  --config FILE  configuration (JSON); "init" writes one to begin with
  --check        checks the configuration, the policy and the files that they name, then ends

Prints one JSON line when it is ready, then its log. SIGTERM and SIGINT let it answer what is in flight and leave; a second
one ends it at once.
`;

/** `agent run`. */
export const run: Command = {
  help: HELP,
  async run(args) {
    const options = parseOptions(args, { config: { type: "string" }, check: { type: "boolean" } });
    const file = needed(options.config, "config");
    const config = readAgentConfig(file);
    if (options.check) {
      const { seals, apps } = loadPolicy(config.policyFile, config.node);
      print(`${file}: good; ${config.policyFile}: good, ${seals.size} seal(s), ${apps.size} app(s)`);
      return 0;
    }
    const log = openLog(config.logLevel, { agent: config.agent, node: config.node });
    const stopped = Promise.withResolvers<void>();
    let stopping = false;
    const stop = () => {
      if (stopping) process.exit(1);
      stopping = true;
      stopped.resolve();
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    const agent = await startAgent(config, log);
    giveBackMemory(undefined, { whenIdle: true });
    print(JSON.stringify({ ready: true, agent: config.agent, node: config.node, admin: agent.adminAddress }));
    await stopped.promise;
    log.info({}, "answering what is in flight, then leaving");
    await agent.stop();
    return 0;
  },
};
