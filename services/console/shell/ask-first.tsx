import { Input, Modal } from "antd";
import { type ReactNode, useId, useState } from "react";
import { useUnsaved } from "../form/unsaved.ts";
import { useTexts } from "../text/texts.ts";
import { SHELL } from "./shell-texts.ts";

/** Asks before something is done that others will notice at once: says what it does, and is pressed by the name of the act. */
export function AskFirst(props: {
  /** The act, as its button is called. */
  act: string;
  /** Of what. */
  of: string;
  /** What it does, and what stays. */
  how?: ReactNode;
  /** Where the cause goes; otherwise into the chain of evidence. */
  causeHow?: string;
  /** Asks for a cause, which is needed. */
  wantsCause?: boolean;
  danger?: boolean;
  doIt: (cause: string) => void;
  doing: boolean;
  /** Why it was not done. */
  fault: ReactNode;
  cancel: () => void;
}) {
  const { act, of, how, causeHow, wantsCause = false, danger = false, doIt, doing, fault, cancel } = props;
  const texts = useTexts(SHELL);
  const [cause, setCause] = useState("");
  useUnsaved(() => (doing || cause.trim() === "" ? undefined : "lost"));
  const field = useId();
  return (
    <Modal
      open
      title={`${act} · ${of}`}
      onCancel={cancel}
      cancelText={texts.cancel}
      onOk={() => doIt(cause.trim())}
      okText={act}
      okButtonProps={{ danger, loading: doing, disabled: wantsCause && cause.trim() === "" }}
    >
      {how !== undefined && <div>{how}</div>}
      {wantsCause && (
        <>
          <label htmlFor={field}>{texts.cause}</label>
          <Input.TextArea
            id={field}
            value={cause}
            maxLength={500}
            showCount
            autoFocus
            rows={3}
            onChange={({ target }) => setCause(target.value)}
          />
          <p className="quiet">{causeHow ?? texts.causeHow}</p>
        </>
      )}
      {fault}
    </Modal>
  );
}
