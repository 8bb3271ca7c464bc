import { Alert } from "antd";
import { timeText } from "../format/dates.ts";
import { useTexts } from "../text/texts.ts";
import { SUPERVISION } from "./supervision-texts.ts";

/** What figures say of their own completeness. */
export interface Lacking {
  readonly filling?: boolean;
  readonly silent?: readonly { readonly node: string; readonly lastEventAt: string }[];
  readonly knownSince?: readonly { readonly node: string; readonly day: string }[];
  readonly yearsWithoutHolidays?: readonly number[];
}

/** Tells why figures are less than they seem, each with what to do or to expect. Nothing where they are whole. */
export function LackingNotice({ filling, silent = [], knownSince = [], yearsWithoutHolidays = [] }: Lacking) {
  const texts = useTexts(SUPERVISION);
  const told = [
    ...(filling ? [texts.filling] : []),
    ...silent.map(({ node, lastEventAt }) => texts.silent(node, timeText(lastEventAt))),
    ...knownSince.map(({ node, day }) => texts.knownSince(node, day)),
    ...(yearsWithoutHolidays.length > 0 ? [texts.withoutHolidays(yearsWithoutHolidays.join("、"))] : []),
  ];
  if (told.length === 0) return null;
  const description = (
    <ul className="refused-fields">
      {[...new Set(told)].map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
  return <Alert type="warning" className="lacking" role="note" title={description} />;
}
