import { useQuery } from "@connectrpc/connect-query";
import { PaperService } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { type SandboxPurpose, type SandboxStep, STEPS_FOR } from "../../domain/sandbox-check.ts";
import { timeText } from "../format/dates.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useTexts } from "../text/texts.ts";
import { OPENINGS } from "./opening-texts.ts";
import { toldReport } from "./sandbox-report.ts";
import { stepWord } from "./sandbox-word.ts";

/** What a system has done in its sandbox, by the report among a request's papers (6.2.4): five steps, and which of them the opening needs. */
export function SandboxSteps(props: { sha256: string; departmentCode: string; purpose: SandboxPurpose }) {
  const { sha256, departmentCode, purpose } = props;
  const texts = useTexts(OPENINGS);
  const { data, error, refetch } = useQuery(PaperService.method.getPaper, { sha256, departmentCode });
  const needed: readonly SandboxStep[] = STEPS_FOR[purpose];
  const told = data && toldReport(data.content);
  return (
    <section className="panel" aria-label={texts.sandbox}>
      <h2>{texts.sandbox}</h2>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {data && !told && <p role="alert">{texts.sandboxUnread}</p>}
      {told && (
        <>
          <p className="quiet wrap">{texts.sandboxOf(told.app, told.node, timeText(told.madeAt))}</p>
          <ul className="waits">
            {told.steps.map(({ step, done }) => (
              <li key={step}>
                <StateMark
                  text={stepWord(step)}
                  shape={done ? "●" : "○"}
                  tone={done ? "good" : needed.includes(step) ? "bad" : "ended"}
                />{" "}
                <span className="quiet">
                  {done ? texts.sandboxDone(done.times, timeText(done.at)) : texts.sandboxNotDone}
                  {needed.includes(step) && ` · ${texts.sandboxNeeded}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
