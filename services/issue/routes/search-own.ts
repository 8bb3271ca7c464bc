import type { ArchiveWanted, OwnArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { archivePage } from "../../record/archive-page.ts";
import { archiveQuery, fitsArchive } from "../../record/archive-wanted.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, holderKey, messageOf, placeOfIssuer, wasIssued } from "../record/certificate.ts";
import { recordState } from "../record/record.ts";
import { CERTIFICATES } from "../record/repository.ts";

const PAGE_SIZE = 50;

const LISTED = {
  spec: CERTIFICATES,
  indexes: {
    issued_at: { issuer: "issuerIssued", division: "divisionIssued" },
    number: { issuer: "issuerNumber", division: "divisionNumber" },
  },
  keys: {
    issued_at: ({ signed }: CertificateDocument) => signed?.issuedAt ?? "",
    number: ({ number }: CertificateDocument) => number,
  },
} as const;

/** 4.6.3: certificates that this node has issued, as far as the asking service lets its caller see. */
export function searchOwn({ certificates, runtime }: IssueContext): Handlers<typeof OwnArchiveService>["searchOwn"] {
  return async ({ wanted, reachDepartment, reachPrefix, pageSize, pageToken, orderBy }) => {
    const asked = wanted as ArchiveWanted;
    const reach = { department: reachDepartment, prefix: reachPrefix };
    const shown = (document: CertificateDocument) => summaryOf(runtime.config.node.code, document);
    if (asked.identifier !== "") {
      const found = await certificates.get(asked.identifier);
      const isSeen = found && wasIssued(found) && isWithin(found, reach);
      return { certificates: isSeen ? [shown(found)] : [], nextPageToken: "" };
    }
    const query = archiveQuery(asked, reach, holderKey);
    if (!query) return { certificates: [], nextPageToken: "" };
    const { items, next = "" } = await archivePage(
      { collection: certificates.collection, ...LISTED },
      query,
      { orderBy, limit: pageSize || PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) },
      (document) => wasIssued(document) && fitsArchive(placeIn(document), asked, reach),
    );
    return { certificates: items.map(shown), nextPageToken: next };
  };
}

function isWithin(document: CertificateDocument, { department, prefix }: { department: string; prefix: string }) {
  const { issuer, division } = placeOfIssuer(messageOf(document));
  return (department === "" || issuer === department) && division.startsWith(prefix);
}

function placeIn(document: CertificateDocument) {
  const { itemCode: item, number, state, bucket: day = "" } = document;
  return { ...placeOfIssuer(messageOf(document)), item, number, state: recordState(state), day };
}

function summaryOf(node: string, document: CertificateDocument) {
  const { _id: identifier, number, itemCode, version, state, stateSince, signed } = document;
  const { metadata } = messageOf(document);
  const { name, holders, issuer } = metadata;
  return {
    ...{ identifier, name, number, itemCode, version, node, issuerCode: issuer.code },
    ...{ state: recordState(state), stateSince },
    holders: holders.map(({ name, code, codeType }) => ({ name, code, codeType })),
    issuedAt: signed?.issuedAt ?? "",
  };
}
