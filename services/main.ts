import { parseArgs } from "node:util";
import { Refusal } from "./domain/refusal.ts";
import { loadConfig } from "./host/config-load.ts";
import { loadService } from "./modules.ts";
import type { RunningNode } from "./node/node.ts";

const HELP = `Runs the services of a node that a configuration file names.

  node ops/launch.mjs core --config FILE [--check]

  --config FILE  configuration (JSON); examples stand in ops/config
  --check        checks the configuration and the files that it names, then ends
  --help         shows this text

Prints one JSON line with the addresses when it is ready. SIGTERM and SIGINT stop it within 10 seconds, a second one at once.
`;

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { config: { type: "string" }, check: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (!values.config) throw new Refusal("INVALID_FIELD", "--config FILE is missing; --help tells more");
  const config = loadConfig(values.config);
  if (values.check) {
    process.stdout.write(`${values.config}: good\n`);
    return;
  }
  // Behind the check, which needs nothing of these.
  const [{ startNode }, ...modules] = await Promise.all([
    import("./node/node.ts"),
    ...config.services.map(loadService),
  ]);
  const node = await startNode(config, modules);
  stopOnSignals(node);
  const { node: identity, replica, services } = config;
  process.stdout.write(
    `${JSON.stringify({ ready: true, node: identity.code, replica, services, addresses: node.addresses })}\n`,
  );
}

function stopOnSignals(node: RunningNode): void {
  let stopping = false;
  const onSignal = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    try {
      await node.stop();
    } catch (error) {
      fail(error);
    }
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

/** A mistake of the operator is told in words; anything else is a defect and shows where it happened. */
function fail(error: unknown): void {
  const text = error instanceof Refusal && error.reason !== "INTERNAL" ? error.message : (error as Error).stack;
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

await run().catch(fail);
