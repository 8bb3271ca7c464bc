import { Link } from "react-router";
import { VolumeGroup, type VolumeRow } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { DepartmentName, DivisionName, ItemName, MatterName } from "../names/names.tsx";
import { useTexts } from "../text/texts.ts";
import { actionText } from "./action-text.ts";
import { type Asked, addressWith } from "./asked.ts";
import { SUPERVISION } from "./supervision-texts.ts";

/**
 * What a row of volumes is told by, leading to what it is made of: a day or division to its departments, a department to its kinds, a kind or matter to its
 * acts. A division with rows of divisions below it, of this page or another, leads to these and itself, so that they still add up; there its own row leads nowhere further: what is
 * asked of a division is asked of those below as well, which that row does not count.
 */
export function VolumeKey({ row: { key: row, hasBelow }, asked }: { row: VolumeRow; asked: Asked }) {
  const { group, filters } = asked;
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
    case VolumeGroup.DIVISION: {
      const name = <DivisionName code={row} />;
      if (hasBelow && row === asked.division) return name;
      const by = hasBelow ? VolumeGroup.DIVISION : VolumeGroup.DEPARTMENT;
      return <Link to={to({ division: row, group: by })}>{name}</Link>;
    }
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
