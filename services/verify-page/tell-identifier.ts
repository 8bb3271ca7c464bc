import type { VerifiedState } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { stateSince, stateSourced } from "./state-words.ts";
import type { Told } from "./told.ts";

/** What is known of an identifier alone, as it is told to people: never that a certificate is genuine. */
export function tellIdentifier(identifier: string, state: VerifiedState | undefined): Told {
  const facts = [[["证照标识", "Identifier"], identifier]] as const;
  if (state && state.state !== "notListed") {
    const [chinese, english] = stateSince(state);
    return {
      tone: "ended",
      sentence: [`该标识的证照${chinese}`, `The certificate of this identifier is ${english}`],
      next: ["请持证人提供现行有效的证照。", "Ask its holder for the certificate that is in force."],
      restsOn: [stateSourced(state)],
      facts,
      details: [],
      findings: [],
    };
  }
  return {
    tone: "open",
    sentence: [
      "没有该标识被注销、暂扣或换发的记录；仅凭标识不能确定有没有这份证照",
      "No record says that it was revoked, suspended or replaced; whether there is such a certificate the identifier alone does not show",
    ],
    next: [
      "请索取证照文件（PDF 或 OFD），在本页验证文件本身。",
      "Ask for the file (PDF or OFD), and verify the file itself on this page.",
    ],
    restsOn: [
      [
        "为保护持证人，凭标识只答复失效的情形，不答复是否存在、是否过期",
        "To protect holders, an identifier alone is only answered with what has ended it, not with whether it exists or has expired",
      ],
    ],
    facts,
    details: [],
    findings: [],
  };
}
