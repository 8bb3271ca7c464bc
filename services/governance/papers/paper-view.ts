import { PaperKind as ContractKind, type Paper } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import { type CasePaper, type PaperKind, paperId } from "./paper-record.ts";

const KINDS: Readonly<Record<PaperKind, ContractKind>> = {
  registrationForm: ContractKind.REGISTRATION_FORM,
  decision: ContractKind.DECISION,
  serviceGoals: ContractKind.SERVICE_GOALS,
  serviceHandbook: ContractKind.SERVICE_HANDBOOK,
  sandboxReport: ContractKind.SANDBOX_REPORT,
  other: ContractKind.OTHER,
};

/** A paper as contracts show it. */
export function paperView({ kind, sha256, name, mediaType, size }: CasePaper) {
  return { kind: KINDS[kind], sha256, name, mediaType, size: BigInt(size) };
}

/** The kind that a contract names. */
export function paperKindOf(kind: ContractKind): PaperKind {
  return (Object.keys(KINDS) as PaperKind[]).find((name) => KINDS[name] === kind) as PaperKind;
}

/**
 * The papers that a request names, with what is known of them. `department`: who may have handed them in. Refuses (`INVALID_FIELD`) one that nobody has, and
 * one that stands twice.
 */
export async function papersOf(
  { papers }: Pick<GovernanceContext, "papers">,
  given: readonly Paper[],
  department: string,
  field: string,
): Promise<CasePaper[]> {
  const found = await papers.getMany(given.map(({ sha256 }) => paperId(department, sha256)));
  return given.map(({ kind, sha256 }, at) => {
    const place = `${field}[${at}].sha256`;
    const paper = found[at];
    if (!paper) {
      const remedy = "hand it in with PutPaper first, as a member of the same department";
      throw refuseField("INVALID_FIELD", place, "was not handed in", remedy, "该材料尚未上传，请由本单位人员先上传");
    }
    if (given.findIndex((one) => one.sha256 === sha256) !== at)
      throw refuseField("INVALID_FIELD", place, "stands twice", "name each paper once", "材料重复，请删除重复项");
    const { name, mediaType, size } = paper;
    return { kind: paperKindOf(kind), sha256, name, mediaType, size };
  });
}

/** Refuses (`PAPER_MISSING`) where no paper of a kind is among them. */
export function requirePaper(
  papers: readonly CasePaper[],
  kind: PaperKind,
  what: { english: string; chinese: string },
) {
  if (papers.some((paper) => paper.kind === kind)) return;
  const remedy = "hand it in with PutPaper and name it in the case";
  throw refuseField(
    "PAPER_MISSING",
    "papers",
    `${what.english} is missing`,
    remedy,
    `缺少${what.chinese}，请上传后提交`,
  );
}
