import { HandInKind as ContractKind, HandInFormat } from "../../../proto/gen/ecert/governance/v1/hand_in_service_pb.ts";
import type { FileFormat } from "../../document/table/table.ts";
import { paperView } from "../papers/paper-view.ts";
import type { HandInKind } from "./columns.ts";
import type { HandInDocument } from "./hand-in-record.ts";

const KINDS: Readonly<Record<HandInKind, ContractKind>> = {
  issuing: ContractKind.ISSUING,
  usage: ContractKind.USAGE,
  systems: ContractKind.SYSTEMS,
};

const FORMATS: Readonly<Record<FileFormat, HandInFormat>> = {
  csv: HandInFormat.CSV,
  xlsx: HandInFormat.XLSX,
  json: HandInFormat.JSON,
};

/** The kind that a contract names. */
export function handInKindOf(kind: ContractKind): HandInKind {
  return (Object.keys(KINDS) as HandInKind[]).find((name) => KINDS[name] === kind) as HandInKind;
}

/** The form that a contract names. */
export function handInFormatOf(format: HandInFormat): FileFormat {
  return (Object.keys(FORMATS) as FileFormat[]).find((name) => FORMATS[name] === format) as FileFormat;
}

/** A list as the contract shows it, without its rows. */
export function handInView({ department, kind, version, rows, sha256, papers, at, by }: HandInDocument) {
  const told = { departmentCode: department, kind: KINDS[kind], version, rows: rows.length, sha256 };
  return { ...told, papers: papers.map(paperView), at, by };
}
