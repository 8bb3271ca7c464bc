import { Input } from "antd";
import { useId, useState } from "react";
import type { Json } from "../../domain/canonical.ts";
import { useTexts } from "../text/texts.ts";
import { DATA_ITEMS } from "./data-item-texts.ts";

/** A value as text to edit: each text that is JSON is taken, what is none yet stays in the field and says so. */
export function JsonText({
  label,
  help,
  value,
  change,
}: {
  label: string;
  help: string;
  value: Json;
  change: (value: Json) => void;
}) {
  const texts = useTexts(DATA_ITEMS);
  const id = useId();
  const [typed, setTyped] = useState(() => JSON.stringify(value, null, 2));
  const given = JSON.stringify(value);
  const read = valueIn(typed);
  // What came from elsewhere takes the place of what was typed, but for spaces.
  const shown = read !== undefined && JSON.stringify(read) !== given ? JSON.stringify(value, null, 2) : typed;
  return (
    <div className="json-text">
      <label htmlFor={id}>{label}</label>
      <Input.TextArea
        id={id}
        className="json"
        rows={3}
        value={shown}
        onChange={({ target }) => {
          setTyped(target.value);
          const now = valueIn(target.value);
          if (now !== undefined) change(now);
        }}
      />
      <p className="quiet">{help}</p>
      {read === undefined && <p role="alert">{texts.notJson}</p>}
    </div>
  );
}

function valueIn(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
