import { useState } from "react";
import { sizeText } from "../format/sizes.ts";
import { useTexts } from "../text/texts.ts";
import { ACTIVATE } from "./activate-texts.ts";
import { signatureBytes } from "./statement.ts";

/** What the contract takes of a signature. */
const MAX_BYTES = 32_768;

/** The file of a signature, which is read as it is chosen. */
export function SignatureInput(props: {
  id?: string;
  onChange?: (signature: Uint8Array<ArrayBuffer> | undefined) => void;
}) {
  const { id, onChange } = props;
  const texts = useTexts(ACTIVATE);
  const [tooLarge, setTooLarge] = useState(false);
  const take = async (file: File | undefined) => {
    const fits = file !== undefined && file.size <= MAX_BYTES;
    setTooLarge(file !== undefined && !fits);
    onChange?.(fits ? signatureBytes(new Uint8Array(await file.arrayBuffer())) : undefined);
  };
  return (
    <>
      <input
        {...(id !== undefined && { id })}
        type="file"
        accept=".p7s,.p7m,.p7b,.der,.pem,.sig"
        onChange={({ target }) => take(target.files?.[0])}
      />
      {tooLarge && <p role="alert">{texts.tooLarge(sizeText(MAX_BYTES))}</p>}
    </>
  );
}
