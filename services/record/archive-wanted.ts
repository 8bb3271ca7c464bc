import type { ArchiveWanted } from "../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import type { CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { divisionPrefix } from "../domain/division.ts";

/** Whose certificates are seen: those of one issuer, or of issuers whose divisions begin so. Empty texts: of all. */
export interface ArchiveReach {
  department: string;
  prefix: string;
}

/** What an archive knows of a certificate, as far as one is looked for by it. */
export interface ArchivePlace {
  issuer: string;
  division: string;
  item: string;
  number: string;
  state: CertificateState;
  /** Day of issue in Asia/Shanghai. */
  day: string;
}

/** Part of a query on one of the indexes that both archives have: `holder`, `number`, `issuer`, `division`. `undefined`: nothing can be there. */
export interface ArchiveQuery {
  index: "holder" | "number" | "issuer" | "division";
  equals?: string[];
  from?: string;
  to?: string;
  descending: true;
}

/** The index that leaves the fewest. `holderKey`: how the archive names a holder. */
export function archiveQuery(
  { holderCodeType, holderCode, itemCode, number, departmentCode, division }: ArchiveWanted,
  reach: ArchiveReach,
  holderKey: (codeType: string, code: string) => string,
): ArchiveQuery | undefined {
  const descending = true;
  if (holderCode !== "") return { index: "holder", equals: [holderKey(holderCodeType, holderCode)], descending };
  if (number !== "") return { index: "number", equals: [itemCode, number], descending };
  const department = departmentCode || reach.department;
  if (department !== "") return { index: "issuer", equals: [department], descending };
  const asked = division === "" ? "" : divisionPrefix(division);
  const [shorter, longer] = [asked, reach.prefix].sort((a, b) => a.length - b.length) as [string, string];
  if (!longer.startsWith(shorter)) return undefined;
  return { index: "division", ...(longer !== "" && { from: longer, to: `${longer}:` }), descending };
}

/** Whether a certificate is seen, and is one of those that are looked for. */
export function fitsArchive(place: ArchivePlace, wanted: ArchiveWanted, reach: ArchiveReach): boolean {
  const seen =
    (reach.department === "" || place.issuer === reach.department) && place.division.startsWith(reach.prefix);
  const { itemCode, departmentCode, division, number, state, issuedFrom, issuedTo } = wanted;
  const asked: readonly (readonly [string | number, boolean])[] = [
    [itemCode, place.item === itemCode],
    [departmentCode, place.issuer === departmentCode],
    [division, division !== "" && place.division.startsWith(divisionPrefix(division))],
    [number, place.number === number],
    [state, place.state === state],
    [issuedFrom, place.day >= issuedFrom],
    [issuedTo, place.day <= issuedTo],
  ];
  return seen && asked.every(([value, fits]) => value === "" || value === 0 || fits);
}
