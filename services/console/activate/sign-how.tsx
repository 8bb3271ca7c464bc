import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../text/texts.ts";
import { ACTIVATE } from "./activate-texts.ts";
import { signCommand } from "./statement.ts";

/** How a department signs a statement with what it has: by a command over files, or by the tool of its certificate key. */
export function SignHow({ fileName = "activation.json" }: { fileName: string | undefined }) {
  const texts = useTexts(ACTIVATE);
  const command = signCommand(fileName);
  const [copied, setCopied] = useState(false);
  return (
    <section className="panel">
      <h2>{texts.sign}</h2>
      <p>{texts.signHow}</p>
      <figure className="command" aria-label={texts.signCommand}>
        <code>{command}</code>
      </figure>
      <div className="actions">
        <Button onClick={() => navigator.clipboard.writeText(command).then(() => setCopied(true))}>{texts.copy}</Button>
        {copied && <span role="status">{texts.copied}</span>}
      </div>
      <p className="quiet">{texts.files}</p>
      <p>{texts.signByKey}</p>
    </section>
  );
}
