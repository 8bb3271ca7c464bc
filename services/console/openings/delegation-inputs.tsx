import { Asked } from "../form/asked.tsx";
import { useTexts } from "../text/texts.ts";
import { LinesInput } from "./lines-input.tsx";
import { OPENINGS } from "./opening-texts.ts";

/** Fields of a delegation (委托办理, 6.4.4.2): which app of another department acts, in what, and until when. */
export function DelegationInputs() {
  const texts = useTexts(OPENINGS);
  return (
    <div className="columns">
      <Asked name={["delegation", "appKey"]} label={texts.app} required />
      <Asked name={["delegation", "since"]} label={texts.from} type="date" required />
      <Asked name={["delegation", "until"]} label={texts.until} type="date" extra={texts.untilHow} />
      <LinesInput name={["delegation", "itemCodes"]} label={texts.items} extra={texts.itemsHow} />
      <LinesInput name={["delegation", "matterCodes"]} label={texts.matters} extra={texts.mattersHow} />
    </div>
  );
}
