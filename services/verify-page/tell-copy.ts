import type { VerifiedState } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import type { UseCopy } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import type { Both } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { stateSince, stateSourced } from "./state-words.ts";
import { rowsOf, type Told } from "./told.ts";

/** A copy for one use (加注件) that this node has given out, and what is known of its certificate by now. It is never told to be as good as the original. */
export function tellCopy(copy: UseCopy, state: VerifiedState | undefined, now: Date): Told {
  const { departmentName, departmentCode, matterName, purpose, createdAt, validTo, identifier, originalSha256 } = copy;
  const by = departmentName || departmentCode;
  const isEnded = state !== undefined && state.state !== "notListed";
  const isOver = validTo !== "" && validTo < shanghaiDay(now);
  const [since, sinceEnglish] = isEnded ? stateSince(state) : ["", ""];
  const sentence: Both = isEnded
    ? [`加注件真实，但原件的证照${since}`, `A genuine copy, but its certificate is ${sinceEnglish}`]
    : isOver
      ? [`加注件真实，但已于 ${validTo} 到期`, `A genuine copy, but it ended on ${validTo}`]
      : [`加注件真实，仅供${by}办理“${matterName || purpose}”使用`, `A genuine copy, for one use by ${by} alone`];
  return {
    tone: isEnded || isOver ? "ended" : "foreign",
    sentence,
    next: isEnded || isOver ? AGAIN : COMPARE,
    restsOn: [
      [
        "文件与本系统当时制作的加注件逐字节一致；加注件不带电子签名，由已核验的签名原件制成",
        "The file is, octet by octet, the copy that this node made of a signed original that it had checked; a copy bears no signature",
      ],
      isEnded
        ? stateSourced(state)
        : [
            "没有该证照被注销、暂扣或换发的记录；证照是否到期，请看证面或验证原件",
            "No record says that the certificate was revoked, suspended or replaced; whether it has expired, see its face or verify the original",
          ],
    ],
    facts: rowsOf([
      [["仅供使用的部门", "For the department"], by],
      [["事项", "Matter"], matterName],
      [["事由", "Purpose"], purpose],
      [["制作时间", "Made at"], timeText(createdAt)],
      [["有效期至", "Valid to"], validTo],
      [["证照标识", "Identifier"], identifier],
    ]),
    details: rowsOf([[["原件摘要 SHA-256", "SHA-256 of the original"], originalSha256]]),
    findings: [],
  };
}

const COMPARE: Both = [
  "只在上面所列用途内采信；用于其他事项的，请持证人提供原件，或由部门依职能在线查验。",
  "Rely on it for the use named above alone. For any other, ask for the original, or verify on-line as a department.",
];
const AGAIN: Both = [
  "请勿再使用这份加注件；请持证人提供现行有效的证照。",
  "Do not use this copy any more: ask for the certificate that is in force.",
];
