import { useQuery } from "@connectrpc/connect-query";
import { Rate } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { MemberChoice, SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { DepartmentName, DivisionName } from "../names/names.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import type { Asked } from "./asked.ts";
import { CountedOf } from "./counted-of.tsx";
import { rateText } from "./figures.ts";
import { useHeadline } from "./headline.ts";
import { LackingNotice } from "./lacking.tsx";
import { SUPERVISION } from "./supervision-texts.ts";

/** Both rates on the last day of the period, with what they are made of (3.7, 3.8). */
export function RatesNow({ asked }: { asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  const of = useHeadline(asked);
  const day = asked.period.to;
  const { data, error, refetch } = useQuery(SupervisionService.method.getRates, { ...of, day, pageSize: 1 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  const [row] = data.rows;
  const figures = row?.figures;
  const name = of.departmentCode ? <DepartmentName code={of.departmentCode} /> : <DivisionName code={of.division} />;
  return (
    <section className="panel">
      <h2>
        {name} · {texts.ratesOn(day)}
      </h2>
      {!row || !figures ? (
        <p className="quiet">{texts.noRates}</p>
      ) : (
        <dl className="rates">
          <div>
            <dt>{texts.electronic}</dt>
            <dd>
              <span className="rate">{rateText(row.electronicRate)}</span>
              <CountedOf row={row} rate={Rate.ELECTRONIC} choice={MemberChoice.COUNTED} asked={asked} />{" "}
              {texts.synchronousOf}
            </dd>
          </div>
          <div>
            <dt>
              {texts.electronic}（{texts.declared}）
            </dt>
            <dd>
              <span className="rate">{rateText(row.declaredRate)}</span>
              <CountedOf row={row} rate={Rate.ELECTRONIC} choice={MemberChoice.DECLARED} asked={asked} />{" "}
              {texts.openedOf}
            </dd>
          </div>
          <div>
            <dt>{texts.usage}</dt>
            <dd>
              <span className="rate">{rateText(row.usageRate)}</span>
              <CountedOf row={row} rate={Rate.USAGE} choice={MemberChoice.COUNTED} asked={asked} /> {texts.usableOf}
            </dd>
          </div>
        </dl>
      )}
      <LackingNotice
        filling={data.filling}
        yearsWithoutHolidays={data.yearsWithoutHolidays}
        {...(row && { silent: row.silent, knownSince: row.knownSince })}
      />
    </section>
  );
}
