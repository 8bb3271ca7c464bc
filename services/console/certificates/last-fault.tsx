import { Alert } from "antd";
import type { IssueFault } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { timeText } from "../format/dates.ts";
import { SHELL } from "../shell/shell-texts.ts";
import { useLanguage } from "../text/language.ts";
import { useTexts } from "../text/texts.ts";
import { ISSUE } from "./issue-texts.ts";

/** When the last try to issue it came to nothing, why, and what to do about that, in one line. */
export function LastFaultLine({ fault: { at, localized, message } }: { fault: IssueFault }) {
  const texts = useTexts(ISSUE);
  const why = useLanguage() === "zh-CN" ? localized : message;
  return <span className="wrap">{texts.lastFault(timeText(at), why)}</span>;
}

/** The same on the certificate's page, with how it goes on and the number of the call. */
export function LastFault({ fault }: { fault: IssueFault }) {
  const texts = { ...useTexts(ISSUE), ...useTexts(SHELL) };
  return (
    <Alert
      type="warning"
      showIcon
      role="status"
      title={<LastFaultLine fault={fault} />}
      description={
        <>
          <div>{texts.nextTry}</div>
          {fault.callId !== "" && <small className="call-id">{texts.callId(fault.callId)}</small>}
        </>
      }
    />
  );
}
