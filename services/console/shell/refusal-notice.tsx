import { Alert, Button } from "antd";
import { toldOf } from "../call/refusal.ts";
import { useLanguage } from "../text/language.ts";
import { useTexts } from "../text/texts.ts";
import { SHELL } from "./shell-texts.ts";

/** Tells why something was not done: what happened and what to do, as the server says it, and the call's identifier for who helps. */
export function RefusalNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const texts = useTexts(SHELL);
  const told = toldOf(error, useLanguage());
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={told.text}
      description={
        <>
          {told.fields.length > 0 && (
            <ul className="refused-fields">
              {told.fields.map(({ path, text }) => (
                <li key={`${path} ${text}`}>{text}</li>
              ))}
            </ul>
          )}
          {told.callId !== "" && <small className="call-id">{texts.callId(told.callId)}</small>}
        </>
      }
      action={retry && <Button onClick={retry}>{texts.tryAgain}</Button>}
    />
  );
}
