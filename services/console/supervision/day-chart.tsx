import { useQuery } from "@connectrpc/connect-query";
import { VolumeGroup } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import type { Asked } from "./asked.ts";
import { Chart } from "./chart.tsx";
import { eachDay } from "./period.ts";
import { SUPERVISION } from "./supervision-texts.ts";

/** Days that are drawn: more than the longest period of the contract has, 400. */
const DAYS = 1_000;

/** Each day of the period drawn, those without anything too; where nothing happened at all, nothing is drawn. */
export function DayChart({ asked }: { asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  const { period, division, departmentCode, itemCode, matterCode } = asked;
  const request = { period, division, departmentCode, itemCode, matterCode, group: VolumeGroup.DAY, pageSize: DAYS };
  const { data, error, refetch } = useQuery(SupervisionService.method.getVolumes, request);
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data || data.rows.length === 0) return null;
  const days = eachDay(period);
  const found = new Map(data.rows.map(({ key, volumes }) => [key, volumes]));
  const series = (["issued", "used", "refused"] as const).map((flow) => ({
    name: texts[flow],
    values: days.map((day) => Number(found.get(day)?.[flow] ?? 0n)),
  }));
  return <Chart label={`${texts.volumes}。${texts.numbers}`} data={{ names: days, series, unit: "" }} />;
}
