import { create } from "@bufbuild/protobuf";
import {
  ArchivePart,
  type ArchiveReadService,
  type ArchiveWanted,
  ArchiveWantedSchema,
} from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { type CallContext, type Handlers, onBehalf } from "../../call/chain/service.ts";
import { requireCivilDate } from "../../domain/civil-date.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { hasService, isProvince } from "../../host/place.ts";
import type { ArchiveReach } from "../../record/archive-wanted.ts";
import { summaryOf, withMaskedCodes } from "../archive/archive-view.ts";
import { divisionIn } from "../archive/found-by.ts";
import type { SyncContext } from "../context.ts";

const PAGE_SIZE = 50;

/** 4.6.3: finds certificates in the archive of this node, within the caller's reach. */
export function searchArchive(context: SyncContext): Handlers<typeof ArchiveReadService>["searchArchive"] {
  const { config } = context.runtime;
  return async ({ wanted = create(ArchiveWantedSchema), part, pageSize, pageToken, orderBy }, call) => {
    requireSound(wanted);
    const reach = archiveReach(call.reach);
    const page = { orderBy, limit: pageSize || PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) };
    const isOwn = part === ArchivePart.UNSPECIFIED ? !isProvince(config.node) : part === ArchivePart.OWN;
    if (!isOwn) return others(context, { wanted, reach }, page);
    if (!hasService(config, "issue")) return { certificates: [], nextPageToken: "" };
    const { department: reachDepartment, prefix: reachPrefix } = reach;
    const asked = { wanted, reachDepartment, reachPrefix, pageSize: page.limit, pageToken, orderBy };
    const { certificates, nextPageToken } = await context.ownArchive.searchOwn(asked, onBehalf(call as CallContext));
    return { certificates: certificates.map(withMaskedCodes), nextPageToken };
  };
}

async function others(
  { archive }: SyncContext,
  asked: { wanted: ArchiveWanted; reach: ArchiveReach },
  page: { orderBy: string; limit: number; after?: string },
) {
  const { identifier } = asked.wanted;
  if (identifier !== "") {
    const record = await archive.get(identifier);
    const isSeen = record && isWithin(asked.reach, { department: record.issuerCode, division: divisionIn(record) });
    return { certificates: isSeen ? [summaryOf(record)] : [], nextPageToken: "" };
  }
  const { items, next = "" } = await archive.search(asked, page);
  return { certificates: items.map(summaryOf), nextPageToken: next };
}

function isWithin(reach: ArchiveReach, { department, division }: { department: string; division: string }): boolean {
  return (reach.department === "" || department === reach.department) && division.startsWith(reach.prefix);
}

function archiveReach(reach: Reach): ArchiveReach {
  if (reach.kind === "account") throw new Refusal("INTERNAL", "certificates belong to departments, not to accounts");
  return {
    department: reach.kind === "department" ? reach.department : "",
    prefix: reach.kind === "division" ? reach.prefix : "",
  };
}

/** Throws `INVALID_FIELD` and `DATE_RANGE_INVALID` for what says nothing together. */
function requireSound({ holderCode, holderCodeType, number, itemCode, issuedFrom, issuedTo }: ArchiveWanted): void {
  if ((holderCode === "") !== (holderCodeType === ""))
    throw refuseField(
      "INVALID_FIELD",
      holderCode === "" ? "wanted.holder_code" : "wanted.holder_code_type",
      "a holder is named by type and code together",
      "give both, or neither",
      "按持证主体查询须同时填写代码类型和代码",
    );
  if (number !== "" && itemCode === "")
    throw refuseField(
      "INVALID_FIELD",
      "wanted.item_code",
      "numbers are those of an item",
      "name the item",
      "按证照编号查询须同时选择证照种类",
    );
  if (issuedFrom !== "") requireCivilDate(issuedFrom, "wanted.issued_from");
  if (issuedTo !== "") requireCivilDate(issuedTo, "wanted.issued_to");
  if (issuedFrom !== "" && issuedTo !== "" && issuedTo < issuedFrom)
    throw refuseField(
      "DATE_RANGE_INVALID",
      "wanted.issued_to",
      "lies before `issued_from`",
      "take a later day",
      "须不早于起始日期",
    );
}
