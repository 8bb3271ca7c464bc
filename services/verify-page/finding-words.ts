import type { VerificationFinding } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import type { Both } from "../public-page/language.ts";

/** A finding for people: the server's Chinese sentence; in English the words of its code, which say the same. */
export function findingWords({ code, text }: Pick<VerificationFinding, "code" | "text">): Both {
  return [text, code.toLowerCase().replaceAll("_", " ")];
}
