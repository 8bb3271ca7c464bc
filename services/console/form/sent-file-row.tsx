import { Button } from "antd";
import { useId, useRef } from "react";
import type { SentFile } from "../../staff-page/sent-files.ts";
import { sizeText } from "../format/sizes.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { FORM } from "./form-texts.ts";

/**
 * One file that goes part by part: how far it is, how long the rest takes, and the way to give it up; one that was not taken is sent again, or another is
 * chosen in its place.
 */
export function SentFileRow(props: {
  file: SentFile;
  remove: () => void;
  retry: () => void;
  /** Files that may be chosen instead, as inputs say it, and what takes one. */
  accept: string;
  instead: (files: FileList | null) => void;
}) {
  const { file, remove, retry, accept, instead } = props;
  const texts = useTexts(FORM);
  const id = useId();
  const other = useRef<HTMLInputElement>(null);
  const { name, bytes, sent, fault, progress } = file;
  const left = progress.secondsLeft;
  const over = sent || fault !== undefined;
  const told = () => {
    if (sent) return texts.sent;
    if (fault !== undefined) return texts.notSent;
    if (progress.waiting) return texts.lineBroken;
    return left === undefined ? texts.sending : texts.sendingFor(left);
  };
  return (
    <li>
      <span id={id}>
        {name} · {sizeText(bytes)}
      </span>{" "}
      {!over && <progress aria-labelledby={id} max={bytes} value={progress.sent} />}{" "}
      <span className="quiet" role="status">
        {told()}
      </span>{" "}
      <Button size="small" aria-label={over ? texts.removeRow(name) : texts.cancelSendingOf(name)} onClick={remove}>
        {over ? texts.remove : texts.cancelSending}
      </Button>
      {fault !== undefined && (
        <>
          {" "}
          <Button size="small" aria-label={texts.retryOf(name)} onClick={retry}>
            {texts.retry}
          </Button>{" "}
          <Button size="small" aria-label={texts.anotherFor(name)} onClick={() => other.current?.click()}>
            {texts.another}
          </Button>
          <input
            ref={other}
            hidden
            aria-label={texts.anotherFor(name)}
            type="file"
            accept={accept}
            onChange={({ target }) => {
              instead(target.files);
              target.value = "";
            }}
          />
          <RefusalNotice error={fault} />
        </>
      )}
    </li>
  );
}
