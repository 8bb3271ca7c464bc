import { resolve } from "node:path";
import { buildSdfDriver } from "../device/sdf/build-driver.ts";
import { type Command, needed, parseOptions, print } from "./arguments.ts";

const HELP = `Compiles the driver of devices with an SDF library (GM/T 0018). Needs gcc; once per host.

  node ops/launch.mjs agent sdf-driver --out FILE

  --out FILE  the program; name it as \`driver\` in the configuration's device
`;

/** `agent sdf-driver`. */
export const sdfDriver: Command = {
  help: HELP,
  async run(args) {
    const options = parseOptions(args, { out: { type: "string" } });
    const out = resolve(needed(options.out, "out"));
    await buildSdfDriver(out);
    print(`SDF driver: ${out}`);
    return 0;
  },
};
