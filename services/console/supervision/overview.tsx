import { useTexts } from "../text/texts.ts";
import { useAsked } from "./asked.ts";
import { FigureFilters } from "./figure-filters.tsx";
import { Ranking } from "./ranking.tsx";
import { RateTrend } from "./rate-trend.tsx";
import { RatesNow } from "./rates-now.tsx";
import { SUPERVISION } from "./supervision-texts.ts";
import { VolumesShown } from "./volumes-shown.tsx";

/** Both rates and volumes of what the address asks for. */
export function Overview() {
  const texts = useTexts(SUPERVISION);
  const asked = useAsked();
  return (
    <>
      <h1>{texts.title}</h1>
      <FigureFilters asked={asked} />
      <RatesNow asked={asked} />
      <RateTrend asked={asked} />
      <Ranking asked={asked} />
      <VolumesShown asked={asked} />
    </>
  );
}
