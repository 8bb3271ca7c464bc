import { Link } from "react-router";
import { VolumeGroup } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { DepartmentName, ItemName, MatterName } from "../names/names.tsx";
import { useTexts } from "../text/texts.ts";
import { actionText } from "./action-text.ts";
import { type Asked, addressWith } from "./asked.ts";
import { SUPERVISION } from "./supervision-texts.ts";

/** What a row of volumes is told by, leading to what it is made of: a day to its departments, a department to its kinds, a kind or matter to its days. */
export function VolumeKey({ row, asked: { group, filters } }: { row: string; asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  if (row === "") return texts.none;
  const to = (changed: Record<string, string | number>) => addressWith(filters, changed);
  switch (group) {
    case VolumeGroup.DAY:
      return <Link to={to({ from: row, to: row, group: VolumeGroup.DEPARTMENT })}>{row}</Link>;
    case VolumeGroup.DEPARTMENT:
      return (
        <Link to={to({ department: row, group: VolumeGroup.ITEM })}>
          <DepartmentName code={row} />
        </Link>
      );
    case VolumeGroup.ITEM:
      return (
        <Link to={to({ item: row, group: VolumeGroup.ACTION })}>
          <ItemName code={row} />
        </Link>
      );
    case VolumeGroup.MATTER:
      return (
        <Link to={to({ matter: row, group: VolumeGroup.ACTION })}>
          <MatterName code={row} />
        </Link>
      );
    default:
      return actionText(row);
  }
}
