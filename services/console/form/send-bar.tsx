import { Button } from "antd";
import type { ReactNode } from "react";
import { timeText } from "../format/dates.ts";
import { useTexts } from "../text/texts.ts";
import { FORM } from "./form-texts.ts";

/** The end of a form: its one primary button, what else may be done with it, and when its draft was kept. */
export function SendBar(props: {
  /** The button, by verb and object. */
  name: string;
  sending: boolean;
  /** When the draft was kept last. */
  keptAt: Date | undefined;
  disabled?: boolean;
  /** Stays in sight at the bottom of a long form. */
  sticks?: boolean;
  children?: ReactNode;
}) {
  const { name, sending, keptAt, disabled = false, sticks = false, children } = props;
  const texts = useTexts(FORM);
  return (
    <div className={sticks ? "actions bar" : "actions"}>
      <Button type="primary" htmlType="submit" loading={sending} disabled={disabled}>
        {name}
      </Button>
      {children}
      <span className="quiet" role="status">
        {keptAt ? texts.keptAt(timeText(keptAt.toISOString())) : texts.keptWhere}
      </span>
    </div>
  );
}
