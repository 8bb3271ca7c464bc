import { Alert, Button } from "antd";
import { toldOf } from "../call/refusal.ts";
import { useLanguage } from "../text/language.ts";
import { useTexts } from "../text/texts.ts";
import { SHELL } from "./shell-texts.ts";

/**
 * Tells why something was not done: what happened and what to do, as the server says it, and the call's identifier for who helps. `placeOf`: what people call
 * the place of a field, where its sentence alone would not lead there. `quietly`: whoever hears the screen is not interrupted, as by what comes unasked.
 */
export function RefusalNotice(props: {
  error: unknown;
  retry?: () => void;
  placeOf?: (path: string) => string;
  quietly?: boolean;
}) {
  const { error, retry, placeOf = () => "", quietly = false } = props;
  const texts = useTexts(SHELL);
  const told = toldOf(error, useLanguage());
  return (
    <Alert
      type="error"
      showIcon
      role={quietly ? "status" : "alert"}
      title={told.text}
      description={
        <>
          {told.fields.length > 0 && (
            <ul className="refused-fields">
              {told.fields.map(({ path, text }) => (
                <li key={`${path} ${text}`}>{[placeOf(path), text].filter(Boolean).join("：")}</li>
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
