import { Button, Form, Input } from "antd";
import { type ClipboardEvent, useEffect, useId, useRef, useState } from "react";
import { type CodeReader, openCodeReader } from "../../scan-code/code-reader.ts";
import { scannedText } from "../../scan-code/scanned-text.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { Camera } from "./camera.tsx";
import { USE } from "./use-texts.ts";

/** Takes the code that a holder shows: from a scanner that works as a keyboard, from what is pasted, from a picture, or before the camera. */
export function ScanPanel(props: { take: (text: string) => void; pending: boolean; error: unknown }) {
  const { take, pending, error } = props;
  const texts = useTexts(USE);
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState("");
  const [camera, setCamera] = useState(false);
  const reader = useCodeReader();
  const pictureId = useId();
  const found = (text: string) => {
    setTyped(text);
    setFault("");
    take(scannedText(text));
  };
  const look = async (picture: Blob, name: string) => {
    setFault("");
    await reader()
      .read(picture)
      .then(
        (text) => (text === undefined ? setFault(texts.noCode(name)) : found(text)),
        () => setFault(texts.noPicture(name)),
      );
  };
  const paste = (event: ClipboardEvent) => {
    const [picture] = event.clipboardData.files;
    if (!picture) return;
    event.preventDefault();
    look(picture, texts.pasted);
  };
  return (
    <section className="panel scan" aria-labelledby="scan" onPaste={paste}>
      <h2 id="scan">{texts.scanTitle}</h2>
      <p className="quiet">{texts.scanHow}</p>
      <Form layout="vertical" onFinish={() => typed.trim() !== "" && found(typed)}>
        <Form.Item label={texts.scanText} htmlFor="presentation">
          <Input
            id="presentation"
            value={typed}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            onChange={({ target }) => setTyped(target.value)}
            onFocus={({ target }) => target.select()}
          />
        </Form.Item>
        <div className="actions">
          <Button type="primary" htmlType="submit" loading={pending} disabled={typed.trim() === ""}>
            {texts.redeem}
          </Button>
          <span className="file-button">
            <label htmlFor={pictureId}>{texts.picture}</label>
            <input
              id={pictureId}
              type="file"
              accept="image/*"
              onChange={({ target }) => {
                const [picture] = target.files ?? [];
                if (picture) look(picture, picture.name);
                target.value = "";
              }}
            />
          </span>
          <Button onClick={() => setCamera(!camera)}>{camera ? texts.cameraOff : texts.camera}</Button>
        </div>
      </Form>
      {fault !== "" && <p role="alert">{fault}</p>}
      {camera && (
        <Camera
          reader={reader}
          found={(text) => {
            setCamera(false);
            found(text);
          }}
        />
      )}
      {error !== null && <RefusalNotice error={error} />}
    </section>
  );
}

/** What reads pictures, started when the panel is opened, so that it is there when a picture comes, and ended with it. */
function useCodeReader(): () => CodeReader {
  const opened = useRef<CodeReader>(undefined);
  useEffect(() => {
    opened.current = openCodeReader();
    return () => opened.current?.close();
  }, []);
  return () => opened.current as CodeReader;
}
