import type {
  VerificationReport,
  VerifiedRevocation,
  VerifiedSigner,
} from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import type { Both } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { alteredText } from "./altered.ts";
import { sizeText } from "./given-files.ts";
import { type Row, rowsOf } from "./told.ts";

/** What experts want to know of a document: digest, chain, revocation, time stamp, seal, register. */
export function documentDetails(report: VerificationReport): Row[] {
  const { signature, seal, register } = report;
  const stamp = signature?.timeStamp;
  const chain = signature?.chain ?? [];
  return rowsOf([
    [["验证时间", "Verified at"], timeText(report.verifiedAt)],
    [["文件大小", "Size"], sizeText(Number(report.size))],
    [["文件摘要 SHA-256", "SHA-256 of the file"], report.sha256],
    [["签名后的改动", "Changed since it was signed"], alteredTexts(report)],
    [["签名算法", "Algorithm"], signature?.algorithm ?? ""],
    [["签名范围", "What was signed"], both(signature?.scopeText, signature?.scope)],
    [["签名级别", "Level of the signature"], both(signature?.levelText, signature?.level)],
    [["签署时间由谁证明", "Who says when"], both(signature?.timeFromText, signature?.timeFrom)],
    [["签名证书", "Signing certificate"], signerText(signature?.signer)],
    [["签名证书有效期", "Valid from, to"], periodOf(signature?.signer)],
    [["签名证书指纹", "Fingerprint (SHA-256)"], signature?.signer?.fingerprint ?? ""],
    [["证书链", "Chain"], chain.map(({ commonName }) => commonName).join(" ← ")],
    [["签名时是否吊销", "Revoked when it signed"], revocationText(signature?.revocationAtSigning)],
    [["现在是否吊销", "Revoked now"], revocationText(signature?.revocationNow)],
    [["时间戳", "Time stamp"], stamp ? `${timeText(stamp.time)}, ${stamp.authority?.commonName ?? ""}` : ""],
    [["电子印章", "Electronic seal"], seal ? `${seal.name} ${seal.id}` : ""],
    [["印章制发机构", "Seal maker"], signerText(seal?.maker)],
    [["颁发机构目录", "Register of issuers"], register ? timeText(register.asOf) : ""],
  ]);
}

function alteredTexts({ altered }: VerificationReport): Both | "" {
  const texts = altered.map(alteredText);
  return texts.length === 0
    ? ""
    : [texts.map(([chinese]) => chinese).join("；"), texts.map(([, english]) => english).join("; ")];
}

function both(chinese = "", english = ""): Both | "" {
  return chinese && [chinese, english];
}

function signerText(signer: VerifiedSigner | undefined): string {
  if (!signer) return "";
  const { organization, organizationCode, commonName, issuer, serial } = signer;
  return [organization, organizationCode, commonName, issuer, serial].filter((part) => part !== "").join(" · ");
}

function periodOf(signer: VerifiedSigner | undefined): string {
  return signer ? `${timeText(signer.notBefore)} – ${timeText(signer.notAfter)}` : "";
}

function revocationText(answer: VerifiedRevocation | undefined): Both | "" {
  if (!answer) return "";
  const since = answer.since && ` ${timeText(answer.since)}`;
  return [`${answer.text}${since}`, `${answer.state}${since}`];
}
