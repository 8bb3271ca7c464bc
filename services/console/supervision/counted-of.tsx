import { Link } from "react-router";
import { Rate, type RateRow } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { MemberChoice, RateLevel } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { useTexts } from "../text/texts.ts";
import { type Asked, addressWith } from "./asked.ts";
import { countText } from "./figures.ts";
import { SUPERVISION } from "./supervision-texts.ts";

interface CountedOfProps {
  readonly row: RateRow;
  readonly rate: Rate;
  /** Which of the members the numerator is. */
  readonly choice: MemberChoice;
  readonly asked: Asked;
}

/**
 * Numerator and denominator of a rate, each leading to what it counts: of a department to the kinds or matters, of a division to its departments, whose own
 * numbers lead on.
 */
export function CountedOf({ row, rate, choice, asked }: CountedOfProps) {
  const texts = useTexts(SUPERVISION);
  const { listed = 0, opened = 0, synchronous = 0, portal = 0, usable = 0 } = row.figures ?? {};
  const isUsage = rate === Rate.USAGE;
  const numerator = isUsage ? usable : choice === MemberChoice.DECLARED ? opened : synchronous;
  const denominator = isUsage ? portal : listed;
  const what = isUsage ? texts.usage : texts.electronic;
  const to = (wanted: MemberChoice) =>
    row.departmentCode === ""
      ? `/supervision${addressWith(asked.filters, { division: row.division, level: RateLevel.UNSPECIFIED })}`
      : `/supervision/members${addressWith(asked.filters, { department: row.departmentCode, rate, choice: wanted, day: asked.period.to })}`;
  return (
    <span className="code">
      <Link to={to(choice)} aria-label={texts.countedOf(what, numerator)}>
        {countText(numerator)}
      </Link>
      {" / "}
      <Link to={to(MemberChoice.UNSPECIFIED)} aria-label={texts.allOf(what, denominator)}>
        {countText(denominator)}
      </Link>
    </span>
  );
}
