import { Button } from "antd";
import { useState } from "react";
import type { Holder } from "../../../proto/gen/ecert/type/v1/holder_pb.ts";
import { masked } from "../../domain/masked-code.ts";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";

/** A holder's code, masked until it is asked for. */
export function HolderCode({ holder: { code, name } }: { holder: Holder }) {
  const texts = useTexts(CERTIFICATES);
  const [whole, setWhole] = useState(false);
  return (
    <span className="code">
      {whole ? code : masked(code)}{" "}
      <Button size="small" aria-pressed={whole} aria-label={texts.showCodeOf(name)} onClick={() => setWhole(!whole)}>
        {whole ? texts.hideCode : texts.showCode}
      </Button>
    </span>
  );
}
