import { useQuery } from "@connectrpc/connect-query";
import { Button } from "antd";
import { Link, useParams } from "react-router";
import type { CheckSandboxResponse } from "../../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import { SandboxService } from "../../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import { SANDBOX_STEP_NAMES, type SandboxPurpose, STEPS_FOR } from "../../domain/sandbox-check.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { toldOf } from "../call/refusal.ts";
import { timeText } from "../format/dates.ts";
import { stepWord } from "../openings/sandbox-word.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useLanguage } from "../text/language.ts";
import { said, useTexts } from "../text/texts.ts";
import { useEvery } from "../watch/use-node.ts";
import { AppCalls } from "./app-calls.tsx";
import "../watch/watch.css";
import { SANDBOX } from "./sandbox-texts.ts";

/** How it stands with a system in this sandbox (6.2.4.1): the five steps as they are done, what is lacking for which opening, its last calls, and the signed report. */
export function AppCheck() {
  const { appKey = "" } = useParams();
  const texts = useTexts(SANDBOX);
  const language = useLanguage();
  const every = useEvery();
  const { data, error, refetch } = useQuery(
    SandboxService.method.checkSandbox,
    { appKey },
    { refetchInterval: every, staleTime: 0 },
  );
  // Before its first call a sandbox knows no system: that is no fault, and ends by itself.
  const isFirst = error !== null && toldOf(error, language).reason === "APP_UNKNOWN";
  return (
    <>
      <p>
        <Link to="/sandbox">{texts.back}</Link>
      </p>
      <h1>
        {texts.title} · <span className="code">{appKey}</span>
      </h1>
      {error && !isFirst && <RefusalNotice error={error} retry={() => refetch()} />}
      {isFirst && <p role="status">{texts.noneYet}</p>}
      {!error && !data && <Waiting />}
      {data && !error && (
        <>
          <Steps check={data} />
          <section className="panel">
            <h2>{texts.download}</h2>
            <p className="quiet">{texts.downloadHow}</p>
            <Button
              type="primary"
              onClick={() =>
                saveFile({ content: data.report, mediaType: "application/json", fileName: `sandbox-${appKey}.json` })
              }
            >
              {texts.download}
            </Button>
          </section>
          <AppCalls appKey={appKey} everyMs={every} />
        </>
      )}
    </>
  );
}

function Steps({ check: { steps, enoughForIssuing, enoughForUsage } }: { check: CheckSandboxResponse }) {
  const texts = useTexts(SANDBOX);
  const isDone = (place: number) => steps[place]?.done ?? false;
  const lackingFor = (purpose: SandboxPurpose) =>
    STEPS_FOR[purpose]
      .filter((step) => !isDone(SANDBOX_STEP_NAMES.indexOf(step)))
      .map((step) => said(stepWord(step)))
      .join("、");
  const verdicts = [
    [texts.forIssuing, enoughForIssuing, "issuing"],
    [texts.forUsage, enoughForUsage, "usage"],
  ] as const;
  return (
    <section className="panel" aria-label={texts.steps}>
      <h2>{texts.steps}</h2>
      <ul className="waits">
        {SANDBOX_STEP_NAMES.map((step, place) => {
          const { done = false, times = 0n, time = "", method = "", outcome = "" } = steps[place] ?? {};
          return (
            <li key={step}>
              <StateMark text={stepWord(step)} shape={done ? "●" : "○"} tone={done ? "good" : "waiting"} />{" "}
              <span className="quiet wrap">
                {done ? texts.done(Number(times), timeText(time)) : texts.notDone}
                {done && ` · ${texts.byCall(method.split(".").at(-1) ?? method, outcome)}`}
              </span>
            </li>
          );
        })}
      </ul>
      <dl className="facts">
        {verdicts.map(([name, isEnough, purpose]) => (
          <div key={purpose}>
            <dt>{name}</dt>
            <dd>{isEnough ? texts.enough : texts.lacks(lackingFor(purpose))}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
