import { Alert } from "antd";
import { useEffect, useRef } from "react";
import type { Verdict } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { toldVerdict } from "../../staff-model/verdicts.ts";
import { timeText } from "../format/dates.ts";
import { said, useTexts } from "../text/texts.ts";
import { USE } from "./use-texts.ts";

/** A verdict as a sentence, what to do next, and by whom and since when. It is given the focus, so that it is read aloud. */
export function VerdictNotice(props: {
  verdict: Verdict;
  since?: string;
  signer?: string;
  standBy: boolean;
  /** As of when what is told is, with `standBy`; empty: not known. */
  standByAsOf: string;
  /** Node that issued the certificate. */
  node: string;
}) {
  const { verdict, since = "", signer = "", standBy, standByAsOf, node } = props;
  const texts = useTexts(USE);
  const told = toldVerdict(verdict);
  const sentence = useRef<HTMLHeadingElement>(null);
  useEffect(() => sentence.current?.focus(), []);
  return (
    <div className={`verdict ${told.tone}`}>
      <h4 ref={sentence} tabIndex={-1}>
        <span aria-hidden="true">{told.shape}</span> {said(told.text)}
      </h4>
      <p>{said(told.next)}</p>
      <p className="quiet">
        {since !== "" && `${texts.since} ${timeText(since)}`}
        {since !== "" && signer !== "" && " · "}
        {signer !== "" && `${texts.signer} ${signer}`}
      </p>
      {standBy && <Alert type="warning" showIcon title={texts.standBy(node, timeText(standByAsOf))} />}
    </div>
  );
}
