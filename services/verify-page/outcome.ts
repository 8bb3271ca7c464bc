import type { VerificationReport, VerifiedState } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { call } from "../public-page/call.ts";
import { Faulty } from "../public-page/fault.ts";
import { type FacePart, facePart } from "./face-part.ts";
import { type GivenFile, readGiven } from "./given-files.ts";
import { TEXTS } from "./page-texts.ts";
import { type SendOptions, sendDocument } from "./send-document.ts";
import { tellCode } from "./tell-code.ts";
import { tellCopy } from "./tell-copy.ts";
import { tellDocument } from "./tell-document.ts";
import { tellIdentifier } from "./tell-identifier.ts";
import type { Told, Tone } from "./told.ts";

const GENUINE: ReadonlySet<Tone> = new Set<Tone>(["good", "ended"]);

/** What somebody has in hand. */
export type Asked =
  | { readonly kind: "files"; readonly files: readonly GivenFile[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "identifier"; readonly identifier: string };

/** What came out of it. */
export interface Outcome {
  readonly told: Told;
  /** What was verified, by its name: files, or the kind of text. */
  readonly of: string;
  readonly at: Date;
  /** Shows the face of a document that is genuine; no other has a picture. */
  readonly face?: FacePart;
}

/** Has it verified by the node; a QR code in this browser, too. Rejects with `Faulty` where that could not be done. */
export async function verify(asked: Asked, options: SendOptions): Promise<Outcome> {
  return { ...(await tell(asked, options)), at: new Date() };
}

async function tell(asked: Asked, options: SendOptions): Promise<Omit<Outcome, "at">> {
  const { signal } = options;
  switch (asked.kind) {
    case "files": {
      const handed = await readGiven(asked.files);
      const { report, useCopy } = await sendDocument(handed, options);
      const of = asked.files.map(({ name }) => name).join("、");
      if (useCopy) {
        const { identifier } = useCopy;
        const { state } = await call(VerifyService.method.lookUpIdentifier, { identifier }, { signal });
        return { told: tellCopy(useCopy, required<VerifiedState>(state), new Date()), of };
      }
      const told = tellDocument(required<VerificationReport>(report));
      return { told, of, ...(GENUINE.has(told.tone) && { face: facePart(handed, of) }) };
    }
    case "code":
      return { told: await tellCode(asked.text, { signal }), of: "" };
    case "identifier": {
      const identifier = asked.identifier.trim();
      if (identifier === "") throw new Faulty(TEXTS.identifierEmpty);
      const { state } = await call(VerifyService.method.lookUpIdentifier, { identifier }, { signal });
      return { told: tellIdentifier(identifier, required<VerifiedState>(state)), of: "" };
    }
  }
}

function required<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Faulty(TEXTS.notWhole);
  return answer;
}
