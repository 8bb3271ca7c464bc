import { Alert, Button } from "antd";
import { useState } from "react";
import { useTexts } from "../text/texts.ts";
import { PEOPLE } from "./people-texts.ts";

/**
 * A secret that the node tells once. It is nowhere but in what is drawn: not in the address, not in any store of the browser, and gone with the page. Whoever
 * gives it takes care of that by asking for it with `gcTime: 0`.
 */
export function ShownOnce({
  title,
  secret,
  note,
  hide,
}: {
  title: string;
  secret: string;
  note: string;
  hide: () => void;
}) {
  const texts = useTexts(PEOPLE);
  const [told, setTold] = useState("");
  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => setTold(texts.copied),
      () => setTold(texts.notCopied),
    );
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      <Alert type="warning" showIcon role="status" title={texts.onceWhy} />
      <p>
        <code className="secret wrap" data-secret>
          {secret}
        </code>
      </p>
      <p className="quiet">{note}</p>
      <div className="actions">
        <Button type="primary" onClick={copy}>
          {texts.copy}
        </Button>
        <Button onClick={hide}>{texts.onceKept}</Button>
        <span role="status">{told}</span>
      </div>
    </section>
  );
}
