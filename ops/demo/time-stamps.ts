import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSignedData } from "../../services/trust/cms-read.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";
import type { Trial } from "../trial/trial.ts";
import type { Narrator } from "./narrator.ts";
import { opensslTs } from "./outside.ts";

/** Takes the time stamps out of a PDF and a data message's signature, and has them judged. */
export function checkTimeStamps(
  { timeStamps }: Trial,
  narrator: Narrator,
  artefacts: string,
  paths: { pdf: string; signature: string },
): void {
  if (!timeStamps) return;
  const signatures = [
    ["the PDF's", "pdf", locateSignature(readFileSync(paths.pdf)).cms],
    ["the data message's", "message", readFileSync(paths.signature)],
  ] as const;
  for (const [whose, name, cms] of signatures) {
    const { timeStamp = new Uint8Array(), signature } = readSignedData(cms);
    const token = join(artefacts, `time-stamp.${name}.tst`);
    const value = join(artefacts, `time-stamp.${name}.signature`);
    writeFileSync(token, timeStamp);
    writeFileSync(value, signature);
    const { good } = opensslTs(token, value, timeStamps.files.rootFile);
    narrator.check(`${whose} signature was stamped by the time stamp authority`, "openssl ts -verify", good);
  }
}
