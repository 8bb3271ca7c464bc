import type { ElectronicSealView } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { timeText } from "../../format/dates.ts";
import { useTexts } from "../../text/texts.ts";
import { SEALS } from "./seal-texts.ts";

/** What the electronic seal (GB/T 38540) says of itself, and that its own picture is not the one on the page. */
export function ElectronicSealFacts({ electronic }: { electronic: ElectronicSealView | undefined }) {
  const texts = useTexts(SEALS);
  if (!electronic) return texts.noElectronic;
  const { name, maker, ends, pictureType } = electronic;
  return (
    <div className="wrap">
      <div>{texts.electronicTold(name, maker, timeText(ends))}</div>
      <div className="quiet">{texts.electronicPicture(pictureType)}</div>
    </div>
  );
}
