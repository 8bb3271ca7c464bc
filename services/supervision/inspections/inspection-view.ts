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
  const { rows, division, quarter, from, to, frozenAt, frozenBy, silent } = snapshot;
  return { division, quarter, from, to, frozenAt, frozenBy, silent: [...silent], sha256, rowCount: rows.length };
}

/** A row of what was frozen. */
export function inspectionRow(
  row: SnapshotRow,
  { silent }: Pick<Snapshot, "silent">,
): MessageInitShape<typeof InspectionRowSchema> {
  return { rates: rateRow(row, silent, row.indicators), volumes: volumesView(row.volumes) };
}
