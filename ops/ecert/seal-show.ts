import { EXIT } from "./exit-code.ts";
import { oneFile, parseSealCommand, readSealFile } from "./seal-arguments.ts";
import { sealFacts, sealText } from "./seal-text.ts";

/** `ecert seal show`: what a seal of version 1, 4 or 5 says of itself. */
export async function showSeal(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseSealCommand(args, { json: { type: "boolean", default: false } });
  const file = oneFile(positionals);
  const { seal } = readSealFile(file);
  process.stdout.write(values.json ? `${JSON.stringify({ file, ...sealFacts(seal) })}\n` : sealText(seal));
  return EXIT.valid;
}
