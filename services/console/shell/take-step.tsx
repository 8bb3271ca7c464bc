import { Button, Input, Modal } from "antd";
import { type ReactNode, useId, useState } from "react";
import { useUnsaved } from "../form/unsaved.ts";
import { useTexts } from "../text/texts.ts";
import { SHELL } from "./shell-texts.ts";

/** Asks for the remark of a step of a procedure, and takes it: at the revision that was read, so that what has changed since can be read anew. */
export function TakeStep(props: {
  title: string;
  /** The step, as its button is called. */
  step: string;
  /** When a remark is needed. */
  remarkHow: string;
  /** What the remark is called where it is none. */
  label?: string;
  /** Characters at most. */
  most?: number;
  take: (remark: string) => void;
  taking: boolean;
  /** Why it was not taken. */
  fault: ReactNode;
  readAgain: () => void;
  cancel: () => void;
}) {
  const { title, step, remarkHow, take, taking, fault, readAgain, cancel } = props;
  const texts = useTexts(SHELL);
  const { label = texts.remark, most = 1000 } = props;
  const [remark, setRemark] = useState("");
  useUnsaved(() => (taking || remark.trim() === "" ? undefined : "lost"));
  const field = useId();
  return (
    <Modal
      open
      title={title}
      onCancel={cancel}
      onOk={() => take(remark.trim())}
      okText={step}
      okButtonProps={{ loading: taking }}
    >
      <label htmlFor={field}>{label}</label>
      <Input.TextArea
        id={field}
        value={remark}
        maxLength={most}
        showCount
        autoFocus
        rows={3}
        onChange={({ target }) => setRemark(target.value)}
      />
      <p className="quiet">{remarkHow}</p>
      {fault && (
        <>
          {fault}
          <Button onClick={readAgain}>{texts.readAgain}</Button>
        </>
      )}
    </Modal>
  );
}
