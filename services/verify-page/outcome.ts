import type { StatementReport } from "../../proto/gen/ecert/usage/v1/statement_report_pb.ts";
import type { VerificationReport, VerifiedState } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { type CallOptions, call } from "../public-page/call.ts";
import { Faulty } from "../public-page/fault.ts";
import { type GivenFile, readGiven } from "./given-files.ts";
import { TEXTS } from "./page-texts.ts";
import { tellDocument } from "./tell-document.ts";
import { tellIdentifier } from "./tell-identifier.ts";
import { tellStatement } from "./tell-statement.ts";
import type { Told } from "./told.ts";

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
}

/** Has it verified by the node. Rejects with `Faulty` where that could not be done. */
export async function verify(asked: Asked, options: CallOptions): Promise<Outcome> {
  const [told, of] = await tell(asked, options);
  return { told, of, at: new Date() };
}

async function tell(asked: Asked, options: CallOptions): Promise<[Told, string]> {
  switch (asked.kind) {
    case "files": {
      const handed = await readGiven(asked.files);
      const { report } = await call(VerifyService.method.verifyDocument, handed, options);
      return [tellDocument(required<VerificationReport>(report)), asked.files.map(({ name }) => name).join("、")];
    }
    case "code": {
      // Whoever pastes brings line ends along, which are no part of any code.
      const text = asked.text.trim();
      if (text === "") throw new Faulty(TEXTS.codeEmpty);
      const { report } = await call(VerifyService.method.verifyQrCode, { text }, options);
      return [tellStatement(required<StatementReport>(report)), ""];
    }
    case "identifier": {
      const identifier = asked.identifier.trim();
      if (identifier === "") throw new Faulty(TEXTS.identifierEmpty);
      const { state } = await call(VerifyService.method.lookUpIdentifier, { identifier }, options);
      return [tellIdentifier(identifier, required<VerifiedState>(state)), ""];
    }
  }
}

function required<T>(answer: T | undefined): T {
  if (answer === undefined)
    throw new Faulty([
      "服务器的答复不完整，未能验证。请稍后再试。",
      "The server's answer is not whole. Try again later.",
    ]);
  return answer;
}
