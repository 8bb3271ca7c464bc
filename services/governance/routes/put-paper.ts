import type { PaperService, PutPaperRequest } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { digestAttachments } from "../../domain/attachment-rule.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Refusal } from "../../domain/refusal.ts";
import { insertNew } from "../../store/insert-new.ts";
import { readSandboxReport } from "../../trust/sandbox-report.ts";
import type { GovernanceContext } from "../context.ts";
import { paperId } from "../papers/paper-record.ts";
import { paperKindOf, paperView } from "../papers/paper-view.ts";
import { withContent } from "../papers/with-content.ts";

/** Papers that a department hands in on one day at most. */
const PER_DAY = 200;

/** Takes a paper of a case. Content first, then what names it, so that no case ever names content that is not there. */
export function putPaper(context: GovernanceContext): Handlers<typeof PaperService>["putPaper"] {
  return (request, call) =>
    withContent(context, call, request, (content) => taken(context, call, { ...request, content }));
}

async function taken(
  { papers, runtime, sandboxKeys }: GovernanceContext,
  { caller }: CallContext,
  { name, mediaType, content, kind }: PutPaperRequest,
) {
  const { department, division } = caller as StaffActor;
  if (paperKindOf(kind) === "sandboxReport") readSandboxReport(content, sandboxKeys);
  const [digest] = await digestAttachments([{ name, mediaType, content }], "paper");
  const { sha256, size } = digest as NonNullable<typeof digest>;
  const id = paperId(department, sha256);
  const known = await papers.get(id);
  if (known) return { paper: { ...paperView(known), kind } };
  const day = shanghaiDay(runtime.now());
  if ((await papers.count("days", [department, day])) >= PER_DAY) throw tooMany();
  const by = callerName(caller);
  await runtime.evidence.append("paper-put", { sha256, mediaType, size, department, by });
  await runtime.store.blobs.put(content);
  const paper = { kind: paperKindOf(kind), sha256, name, mediaType, size };
  await insertNew(papers, { _id: id, revision: 1, ...paper, department, division, day, by });
  return { paper: paperView(paper) };
}

function tooMany(): Refusal {
  const localizedDetail = `本单位今日上传材料已达${PER_DAY}份，请明日再传`;
  return new Refusal("RATE_EXCEEDED", `the department has handed in ${PER_DAY} papers today`, { localizedDetail });
}
