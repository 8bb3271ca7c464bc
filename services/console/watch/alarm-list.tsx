import { Link } from "react-router";
import { type Alarm, AlarmKind, Urgency } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { agoText, timeText } from "../format/dates.ts";
import { type ShownState, StateMark } from "../shell/state-mark.tsx";
import { useLanguage } from "../text/language.ts";
import { said, useTexts } from "../text/texts.ts";
import "./watch.css";
import { WATCH } from "./watch-texts.ts";

const URGENCIES: Readonly<Record<number, ShownState>> = {
  [Urgency.NOW]: { text: WATCH.now, shape: "▲", tone: "bad" },
  [Urgency.SOON]: { text: WATCH.soon, shape: "◔", tone: "waiting" },
};

/** Pages on which an alarm can be looked into; what is not here is mended on a host. */
const PLACES: Readonly<Partial<Record<AlarmKind, (alarm: Alarm) => string>>> = {
  [AlarmKind.AGENT_AWAY]: () => "/watch/agents",
  [AlarmKind.DEVICE_FAULT]: () => "/watch/agents",
  [AlarmKind.JOURNAL_BEHIND]: () => "/watch/agents",
  [AlarmKind.SEAL_CERTIFICATE_ENDING]: () => "/watch/agents",
  [AlarmKind.LINK_CUT]: () => "/watch/links",
  [AlarmKind.LINK_STUCK]: () => "/watch/links",
  [AlarmKind.LINK_LAGGING]: () => "/watch/links",
  [AlarmKind.NODE_BEHIND]: () => "/watch/recovery",
  [AlarmKind.SIGNATURES_LOST]: () => "/watch/recovery",
  [AlarmKind.RECORDS_FORKED]: () => "/watch/recovery",
  [AlarmKind.SET_ASIDE]: ({ service }) => `/watch/set-aside?service=${encodeURIComponent(service)}`,
  [AlarmKind.DELIVERIES_GIVEN_UP]: () => "/watch/deliveries",
};

/** Alarms: what happened, since when, and what to do, as the node says it. */
export function AlarmList({ alarms }: { alarms: readonly Alarm[] }) {
  const texts = useTexts(WATCH);
  const isChinese = useLanguage() === "zh-CN";
  const now = new Date();
  if (alarms.length === 0) return null;
  return (
    <ul className="alarms">
      {alarms.map((alarm) => {
        const { kind, urgency, subject, service, since } = alarm;
        const place = PLACES[kind]?.(alarm);
        return (
          <li key={`${kind} ${service} ${subject}`}>
            <p>
              <StateMark {...(URGENCIES[urgency] ?? { text: ["", ""], shape: "?", tone: "ended" })} />{" "}
              <strong className="wrap">{isChinese ? alarm.localizedCause : alarm.cause}</strong>
            </p>
            <p className="wrap">{isChinese ? alarm.localizedRemedy : alarm.remedy}</p>
            <p className="quiet">
              {texts.since(timeText(since))} · {said(agoText(since, now))}
              {place && (
                <>
                  {" · "}
                  <Link to={place}>{texts.look}</Link>
                </>
              )}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
