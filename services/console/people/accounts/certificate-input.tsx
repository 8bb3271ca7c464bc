import { Input } from "antd";
import { useId, useState } from "react";
import { useTexts } from "../../text/texts.ts";
import { ACCOUNTS } from "./account-texts.ts";
import { pemOf } from "./pem-text.ts";

/** What a certificate may have, with the authorities above it. */
const MAX_BYTES = 65_536;

/** A certificate, pasted or from a file. A private key is not even read into the page: nobody needs one here. */
export function CertificateInput(props: { id?: string; value?: string; onChange?: (pem: string) => void }) {
  const { id, value = "", onChange } = props;
  const texts = useTexts(ACCOUNTS);
  const [refused, setRefused] = useState(false);
  const file = useId();
  const take = (text: string) => {
    const isKey = text.includes("PRIVATE KEY");
    setRefused(isKey);
    onChange?.(isKey ? "" : text);
  };
  const read = async (chosen: File | undefined) => {
    if (!chosen || chosen.size > MAX_BYTES) return;
    take(pemOf(new Uint8Array(await chosen.arrayBuffer())));
  };
  return (
    <>
      <Input.TextArea
        {...(id !== undefined && { id })}
        className="json"
        rows={4}
        value={value}
        maxLength={MAX_BYTES}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => take(target.value)}
      />
      <p>
        <label htmlFor={file}>{texts.pemFile}</label>{" "}
        <input
          id={file}
          type="file"
          accept=".cer,.crt,.pem,.der"
          onChange={async ({ target }) => {
            await read(target.files?.[0]);
            target.value = "";
          }}
        />
      </p>
      {refused && <p role="alert">{texts.isKey}</p>}
    </>
  );
}
