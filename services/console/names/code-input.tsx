import { AutoComplete } from "antd";
import { useRef } from "react";

/** Records that are offered at once. */
export const OFFERED = 20;

/** What a field for a code takes. A field of a form gives it value and id. */
export interface CodeField {
  id?: string;
  label?: string;
  value?: string;
  disabled?: boolean;
  onChange?: (code: string) => void;
  /** Called once a record was chosen, or what was typed was ended by Enter or `left`. */
  onSettled?: (code: string, left: boolean) => void;
}

/** Asks for the code of a record, which is typed, or chosen from what the node offers: it looks for names too, which lead to the code. */
export function CodeInput(
  props: CodeField & {
    offered: readonly { readonly code: string; readonly name: string }[];
    /** Called with what is to be looked for, 100 characters at most. */
    onSearch: (text: string) => void;
  },
) {
  const { id, label, value, disabled = false, onChange, onSettled, offered, onSearch } = props;
  // Enter chooses what is marked and is pressed in the same moment, before the field is drawn again with the choice.
  const latest = useRef({ drawn: value, text: value ?? "" });
  if (latest.current.drawn !== value) latest.current = { drawn: value, text: value ?? "" };
  return (
    <AutoComplete
      {...(id !== undefined && { id })}
      {...(label !== undefined && { "aria-label": label, placeholder: label })}
      {...(value !== undefined && { value })}
      className="picked"
      disabled={disabled}
      options={offered.map(({ code, name }) => ({ value: code, label: `${name} · ${code}` }))}
      showSearch={{ filterOption: false, onSearch: (typed) => onSearch(typed.trim().slice(0, 100)) }}
      popupMatchSelectWidth={false}
      onChange={(text: string) => {
        latest.current.text = text.trim();
        onChange?.(text.trim());
      }}
      onSelect={(code: string) => onSettled?.(code, false)}
      onBlur={() => onSettled?.(latest.current.text, true)}
      onKeyDown={({ key }) => key === "Enter" && onSettled?.(latest.current.text, false)}
    />
  );
}
