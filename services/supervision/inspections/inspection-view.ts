import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  InspectionRowSchema,
  InspectionSchema,
} from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { rateRow } from "../figures/rate-rows.ts";
import { volumesView } from "../volumes/volumes-view.ts";
import type { InspectionDocument } from "./inspection-record.ts";
import type { Snapshot, SnapshotRow } from "./snapshot.ts";

/** What was frozen, without its rows. */
export function inspectionView({ snapshot, sha256 }: InspectionDocument): MessageInitShape<typeof InspectionSchema> {
  const {
    rows,
    division,
    quarter,
    from,
    to,
    frozenAt,
    frozenBy,
    silent,
    knownSince = [],
    yearsWithoutHolidays = [],
  } = snapshot;
  return {
    division,
    quarter,
    from,
    to,
    frozenAt,
    frozenBy,
    silent: [...silent],
    knownSince: [...knownSince],
    yearsWithoutHolidays: [...yearsWithoutHolidays],
    sha256,
    rowCount: rows.length,
  };
}

/** A row of what was frozen. */
export function inspectionRow(
  row: SnapshotRow,
  { silent, knownSince = [] }: Pick<Snapshot, "silent" | "knownSince">,
): MessageInitShape<typeof InspectionRowSchema> {
  return { rates: rateRow(row, { silent, knownSince }, row.indicators), volumes: volumesView(row.volumes) };
}
