import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { isPresentationText } from "../domain/presentation-text.ts";
import { type CallOptions, call } from "../public-page/call.ts";
import { Faulty } from "../public-page/fault.ts";
import type { Both } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { scannedText } from "../scan-code/scanned-text.ts";
import type { QrReport } from "../statement/judge-text.ts";
import { freshTrust, type KeptTrust } from "./kept-trust.ts";
import { TEXTS } from "./page-texts.ts";
import { notCovered, reportedStatement, type Statement, tellStatement } from "./tell-statement.ts";
import type { Told } from "./told.ts";
import { fingerprintOf, readTrusted, type Trusted } from "./trusted.ts";

/** A line that gives nothing for so long is judged as none. */
const PATIENCE_MS = 10_000;

const NOTHING_KEPT: Both = [
  "现在联系不上服务器，本机也还没有保存离线资料，不能核验二维码。请在联网时打开一次本页，以后断网也能核验。",
  "The server cannot be reached, and nothing is kept in this browser yet. Open this page once with a network; from then on it works without.",
];
const PRESENTATION: Told = {
  tone: "foreign",
  sentence: [
    "这是持证人出示的亮证码，不是证面上的二维码，公众不能用它验证",
    "This is a code by which a holder presents a certificate to a department; it is not the code of a face, and not for the public",
  ],
  next: [
    "在部门窗口办事的，请由窗口人员用“用证”扫描；想自己验证的，请向持证人索取证照文件（PDF 或 OFD），或扫描证面上的二维码。",
    "At a counter, have the officer scan it. To verify for yourself, ask the holder for the file (PDF or OFD), or scan the code on the face.",
  ],
  restsOn: [
    [
      "亮证码一分钟内有效，只有获准用证的部门能核验，每次核验持证人都会知道",
      "It is good for a minute, only departments with a right to use certificates redeem it, and the holder is told of each time",
    ],
  ],
  facts: [],
  details: [],
  findings: [],
};

/**
 * Judges the text of a QR code in this browser, by what is kept of the province's word, and asks the node as well where it can be reached: its state is newer. What
 * does not hold here is not relied on, whatever the node says. Without a network the browser's own judgement is told, with the age of what it rests on. Rejects
 * with `Faulty` where there is neither.
 */
export async function tellCode(given: string, options: CallOptions): Promise<Told> {
  const text = scannedText(given);
  if (text === "") throw new Faulty(TEXTS.codeEmpty);
  if (isPresentationText(text)) return PRESENTATION;
  const trusted = readTrusted();
  const { province } = trusted;
  const { trust } = province ? await freshTrust(province) : {};
  const own = province && trust && (await judgedHere(text, trust, trusted));
  if (own?.verdict === "invalid") return toldHere(own, trust, trusted);
  try {
    const { report } = await call(VerifyService.method.verifyQrCode, { text }, { ...options, timeoutMs: PATIENCE_MS });
    if (!report) throw new Faulty(TEXTS.notWhole);
    const told = tellStatement(reportedStatement(report));
    return own ? { ...told, restsOn: [...told.restsOn, TEXTS.alsoHere] } : told;
  } catch (error) {
    // A refusal of the node is one; that it cannot be reached is none.
    if (!(error instanceof Faulty) || error.fault.reason !== "" || options.signal?.aborted) throw error;
    if (own) return toldHere(own, trust, trusted);
    throw new Faulty(NOTHING_KEPT);
  }
}

async function judgedHere(
  text: string,
  trust: KeptTrust,
  { province, sandbox }: Trusted,
): Promise<Statement | undefined> {
  if (!province) return undefined;
  const { judgeKept } = await import("../statement/judge-kept.ts");
  return ownStatement(
    await judgeKept(text, trust, province, { at: new Date(), ...(sandbox !== undefined && { sandbox }) }),
  );
}

function ownStatement({ verdict, verifiedAt, findings, statement, by, state }: QrReport): Statement {
  const { asOf, ...known } = state;
  return {
    verdict,
    verifiedAt: verifiedAt.toISOString(),
    findings: findings.map((one) => ({ ...one, isNote: one.weight === "note" })),
    ...(statement && { statement }),
    ...(by && { key: by }),
    state: { ...known, ...(asOf && { asOf: asOf.toISOString() }) },
  };
}

/** What this browser has found by itself: on what, of when, and by whose key. */
async function toldHere(own: Statement, trust: KeptTrust | undefined, { province }: Trusted): Promise<Told> {
  const told = tellStatement(own);
  const listed = timeText(trust?.listedAt ?? "");
  const built = timeText(trust?.builtAt ?? "");
  const next = notCovered(own, trust?.builtAt) ?? told.next;
  return {
    ...told,
    next,
    restsOn: [
      [
        `在本机离线核验：节点密钥清单截至 ${listed}，${built ? `状态包截至 ${built}` : "没有状态包"}`,
        `Judged in this browser: by the list of nodes' keys of ${listed} and ${built ? `the status bundle of ${built}` : "no status bundle"}`,
      ],
      ...told.restsOn,
    ],
    details: [
      ...told.details,
      ...(province
        ? ([
            [TEXTS.provinceNode, province.node],
            [TEXTS.fingerprint, await fingerprintOf(province)],
          ] as const)
        : []),
    ],
  };
}
