import type { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { CallLimit } from "../../call/chain/call-limit.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { isSandboxNode } from "../../domain/sandbox.ts";
import { registerDecides } from "../../judgement/judge-record.ts";
import type { HeldRegister } from "../../judgement/register-source.ts";
import type { UsageContext } from "../context.ts";
import { statusFromArchives } from "../verification/archive-status.ts";
import { reportMessage } from "../verification/report-message.ts";

/** Public verification of a document, and its face, where wanted. What is handed in, at once or part by part, is neither stored nor logged; the log has verdict and digest. */
export function verifyDocument(
  context: UsageContext,
  limit: CallLimit,
): Handlers<typeof VerifyService>["verifyDocument"] {
  const { runtime, register, verifier, drawnFaces } = context;
  const { code } = runtime.config.node;
  return async ({ document, documentId, messageSignature, message, faceWanted }, call) => {
    limit.admit(call.address);
    const given = {
      document: requireOne(document, documentId ? context.handedDocuments.whole(documentId) : undefined),
      at: runtime.now(),
      registerExpected: register.expected,
      messageWanted: faceWanted,
      ...(isSandboxNode(code) && { sandbox: code }),
      ...(messageSignature.length > 0 && { messageSignature }),
      ...(message.length > 0 && { message }),
    };
    const status = statusFromArchives(context, call);
    const held = await register.current();
    let verified = await verifier.verifyAndRead(given, { status, ...shared(held) });
    if (held && registerDecides(verified.report.findings)) {
      const newer = await register.anew();
      if (newer && newer !== held) verified = await verifier.verifyAndRead(given, { status, ...shared(newer) });
    }
    const { report } = verified;
    call.note({ verdict: report.verdict, sha256: report.sha256 });
    runtime.metrics.count("usage_verifications", { verdict: report.verdict });
    const copied = report.verdict === "valid" ? undefined : await useCopy(context, report.sha256);
    return {
      report: reportMessage(report),
      ...(copied && { useCopy: copied }),
      ...(faceWanted && { face: await drawnFaces.draw(verified, call) }),
    };
  };
}

/** The document, from where it is: one of both. */
function requireOne(sent: Uint8Array, handed: Uint8Array | undefined): Uint8Array {
  if (handed && sent.length > 0) {
    const remedy = "name one of both";
    throw refuseField(
      "INVALID_FIELD",
      "document_id",
      "stands beside a document",
      remedy,
      "与文件内容重复，请只提供其一",
    );
  }
  const document = handed ?? sent;
  if (document.length > 0) return document;
  const remedy = "send the document, or hand it in part by part and name it by document_id";
  const localized = "未提供文件，请发送文件内容，或分段上传后填写document_id";
  throw refuseField("INVALID_FIELD", "document", "is empty", remedy, localized);
}

/** What threads get of a register. */
function shared(held: HeldRegister | undefined) {
  return held && { register: { builtAt: held.builtAt, asOf: held.asOf, bytes: held.bytes } };
}

/** What was given out with these octets as a copy for one use, if anything was; who holds it reads as much on it. */
async function useCopy({ uses }: UsageContext, sha256: string) {
  const use = await uses.ofCopy(sha256);
  if (!use?.copy) return undefined;
  const { identifier = "", department, names, purpose, at, copy } = use;
  const { department: departmentName = "", matter: matterName = "" } = names ?? {};
  const { validTo, originalSha256 } = copy;
  return {
    identifier,
    departmentCode: department,
    departmentName,
    matterName,
    purpose,
    createdAt: at,
    validTo,
    originalSha256,
  };
}
