import { base64Encode } from "@bufbuild/protobuf/wire";
import { Button } from "antd";
import { useId, useState } from "react";
import { sizeText } from "../../format/sizes.ts";
import { useTexts } from "../../text/texts.ts";
import { SEALS } from "./seal-texts.ts";

/** What an electronic seal may have, as the contract says. */
const MAX_BYTES = 500_000;

/** An electronic seal (SESeal) from a file, as base64; it may be taken away again. */
export function ElectronicSealInput(props: { id?: string; value?: string; onChange?: (base64: string) => void }) {
  const { id, value = "", onChange } = props;
  const texts = useTexts(SEALS);
  const [tooLarge, setTooLarge] = useState(false);
  const own = useId();
  const read = async (chosen: File | undefined) => {
    setTooLarge(chosen !== undefined && chosen.size > MAX_BYTES);
    if (chosen && chosen.size <= MAX_BYTES) onChange?.(base64Encode(new Uint8Array(await chosen.arrayBuffer())));
  };
  return (
    <div className="row">
      <label htmlFor={id ?? own}>{texts.chooseElectronic}</label>{" "}
      <input
        id={id ?? own}
        type="file"
        accept=".esl,.seal,.der,.asn1"
        onChange={async ({ target }) => {
          await read(target.files?.[0]);
          target.value = "";
        }}
      />
      {value !== "" && (
        <>
          <span>{texts.hasElectronic(sizeText(Math.floor((value.length * 3) / 4)))}</span>
          <Button onClick={() => onChange?.("")}>{texts.removeElectronic}</Button>
        </>
      )}
      {tooLarge && <p role="alert">{texts.tooLarge}</p>}
    </div>
  );
}
