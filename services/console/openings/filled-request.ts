import type { MessageInitShape } from "@bufbuild/protobuf";
import type { OpeningHaltKind } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type {
  OpeningRequest,
  OpeningRequestSchema,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import type { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import type { ChosenPaper } from "../cases/papers-input.tsx";

export type SubjectKind = "issuing" | "usage" | "delegation";

/** A suspension or withdrawal as it is filled in; of kind 0 there is none. */
interface FilledHalt {
  kind?: OpeningHaltKind | 0;
  cause?: string;
}

/** What is filled in of a request. Fields bear the names of the contract, so that what the node says of one is told there; lists are texts, one a line. */
export interface FilledRequest {
  kind: SubjectKind;
  issuing?: {
    itemCode?: string;
    appKey?: string;
    sealCode?: string;
    opensOn?: string;
    closesOn?: string;
    forUnits?: boolean;
    samePersonMayIssue?: boolean;
    controls?: { issuesPerDay?: number | null; signerAccounts?: string };
    halt?: FilledHalt;
  };
  unitCodes?: string;
  usage?: {
    matterCode?: string;
    appKeys?: string;
    items?: ({ itemCode?: string; fields?: string; files?: FileFormat[] } | undefined)[];
    enabledOn?: string;
    closesOn?: string;
    halt?: FilledHalt;
  };
  delegation?: { appKey?: string; itemCodes?: string; matterCodes?: string; since?: string; until?: string };
  papers?: ChosenPaper[];
}

/** Which request it is. */
interface RequestHead {
  id: string;
  departmentCode: string;
  revision: number;
}

/** A request as the contract takes it: of the chosen kind alone. */
export function requestOf(filled: FilledRequest, head: RequestHead): MessageInitShape<typeof OpeningRequestSchema> {
  const papers = (filled.papers ?? []).map(({ kind, sha256 }) => ({ kind, sha256 }));
  const unitCodes = filled.kind === "issuing" ? linesOf(filled.unitCodes) : [];
  return { ...head, papers, unitCodes, subject: subjectOf(filled, head.departmentCode) };
}

function subjectOf({ kind, issuing = {}, usage = {}, delegation = {} }: FilledRequest, departmentCode: string) {
  if (kind === "usage") {
    const { items = [], appKeys, halt, ...rest } = usage;
    const usable = items.map((item) => ({ ...item, fields: linesOf(item?.fields), files: item?.files ?? [] }));
    return { case: kind, value: { ...rest, appKeys: linesOf(appKeys), items: usable, ...halted(halt) } };
  }
  if (kind === "delegation") {
    const { itemCodes, matterCodes, ...rest } = delegation;
    const lists = { itemCodes: linesOf(itemCodes), matterCodes: linesOf(matterCodes) };
    return { case: kind, value: { ...rest, ...lists, departmentCode } };
  }
  const { controls = {}, halt, ...rest } = issuing;
  const held = { issuesPerDay: controls.issuesPerDay ?? 0, signerAccounts: linesOf(controls.signerAccounts) };
  const isHeld = held.issuesPerDay > 0 || held.signerAccounts.length > 0;
  return { case: kind, value: { ...rest, departmentCode, ...(isHeld && { controls: held }), ...halted(halt) } };
}

/** A form as it is opened, from a request that is there. */
export function filledFrom({ subject, unitCodes, papers }: OpeningRequest): FilledRequest {
  const shared = {
    unitCodes: unitCodes.join("\n"),
    papers: papers.map(({ kind, sha256, name }) => ({ kind, sha256, name })),
  };
  switch (subject.case) {
    case "usage": {
      const { matterCode, appKeys, items, enabledOn, closesOn, halt } = subject.value;
      const usable = items.map(({ itemCode, fields, files }) => ({ itemCode, fields: fields.join(" "), files }));
      const usage = { matterCode, appKeys: appKeys.join("\n"), items: usable, enabledOn, closesOn };
      return { kind: "usage", ...shared, usage: { ...usage, ...filledHalt(halt) } };
    }
    case "delegation": {
      const { appKey, itemCodes, matterCodes, since, until } = subject.value;
      const lists = { itemCodes: itemCodes.join("\n"), matterCodes: matterCodes.join("\n") };
      return { kind: "delegation", ...shared, delegation: { appKey, ...lists, since, until } };
    }
    default: {
      if (subject.case === undefined) return { kind: "issuing", ...shared };
      const { itemCode, appKey, sealCode, opensOn, closesOn, forUnits, samePersonMayIssue, controls, halt } =
        subject.value;
      const { issuesPerDay = 0, signerAccounts = [] } = controls ?? {};
      return {
        ...{ kind: "issuing", ...shared },
        issuing: {
          ...{ itemCode, appKey, sealCode, opensOn, closesOn, forUnits, samePersonMayIssue, ...filledHalt(halt) },
          controls: { issuesPerDay: issuesPerDay || null, signerAccounts: signerAccounts.join("\n") },
        },
      };
    }
  }
}

/** Where a field is in the request that the catalog names by its own contracts: `opening.seal_code` is `issuing.seal_code`. */
export function requestPlace(path: string): string {
  return path
    .replace(/^opening\./, "issuing.")
    .replace(/^matter\.code$/, "usage.matter_code")
    .replace(/^matter\./, "usage.")
    .replace(/^sandbox_report$/, "papers");
}

function halted({ kind = 0, cause = "" }: FilledHalt = {}) {
  return kind === 0 ? {} : { halt: { kind, cause } };
}

function filledHalt(halt: { kind: OpeningHaltKind; cause: string } | undefined) {
  return halt ? { halt: { kind: halt.kind, cause: halt.cause } } : {};
}

function linesOf(text = ""): string[] {
  return text.split(/[\s,，、;；]+/).filter(Boolean);
}
