import { Refusal } from "../services/domain/refusal.ts";
import { type Command, print } from "./commands/arguments.ts";

const HELP = `Signing agent (签名代理): signs electronic certificates with keys in a department's own encryption device.

  node ops/launch.mjs agent COMMAND [options]

  init            makes token, key, certificate request and a starting configuration (6.2.2, 6.4.1)
  doctor          checks configuration, files, device, cores, clocks and certificates, each with its remedy
  selftest        adaptation test of the device (5.8.2): every key, throughput, recovery
  allow           puts an app with its origin key into the policy
  keys            lists the device's keys with algorithm, seals and health
  request         makes a certificate request, and its key where it is absent: to move a seal to SM2, for example
  sdf-driver      compiles the driver of devices with an SDF library (GM/T 0018)
  run             connects to the cores and signs what the policy allows
  journal verify  proves that the journal is complete and unaltered
  journal accept  decides that the agent goes on with a restored journal

  COMMAND --help  tells the options of a command
`;

/** A command loads only what it needs: help comes without the device's driver. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import("./commands/init.ts")).init,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  selftest: async () => (await import("./commands/selftest.ts")).selftest,
  allow: async () => (await import("./commands/allow.ts")).allow,
  keys: async () => (await import("./commands/keys.ts")).keys,
  request: async () => (await import("./commands/request.ts")).request,
  "sdf-driver": async () => (await import("./commands/sdf-driver.ts")).sdfDriver,
  run: async () => (await import("./commands/run.ts")).run,
  journal: async () => (await import("./commands/journal.ts")).journal,
};

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h") {
    print(HELP.trimEnd());
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) throw new Refusal("INVALID_FIELD", `there is no command ${name}; --help tells which there are`);
  const command = await load();
  if (args.includes("--help") || args.includes("-h")) {
    print(command.help.trimEnd());
    return 0;
  }
  return command.run(args);
}

/** A mistake of the operator is told in words, in both languages; anything else is a defect and shows where it happened. */
function fail(error: unknown): number {
  const text = error instanceof Refusal ? `${error.message}\n${error.localized}` : (error as Error).stack;
  process.stderr.write(`${text}\n`);
  return 1;
}

process.exitCode = await main(process.argv.slice(2)).catch(fail);
