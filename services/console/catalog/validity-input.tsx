import { Checkbox, Input, InputNumber, Select } from "antd";
import type { ValidityRule } from "../../domain/validity-rule.ts";
import { objectIn } from "../data-items/edited-standard.ts";
import { useTexts } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import { DRAFT } from "./draft-texts.ts";

/** What a rule of each kind says at its beginning. */
const BEGUN = {
  unlimited: { kind: "unlimited" },
  fixed: { kind: "fixed", years: 5 },
  stated: { kind: "stated" },
} satisfies Record<string, ValidityRule>;

/** The rule for the validity of a certificate; one that has no fields here is edited as text. */
export function ValidityInput(props: { id?: string; value?: string; onChange?: (ruleJson: string) => void }) {
  const { id, value = "", onChange } = props;
  const texts = { ...useTexts(CATALOG), ...useTexts(DRAFT) };
  const rule = objectIn(value) as (ValidityRule & Record<string, unknown>) | undefined;
  const say = (now: object) => onChange?.(JSON.stringify(now));
  if (!rule || !Object.hasOwn(BEGUN, rule.kind) || "months" in rule)
    return <Input {...(id && { id })} value={value} onChange={({ target }) => onChange?.(target.value)} />;
  const most = rule.kind === "fixed" ? "years" : "maxYears";
  return (
    <div className="row">
      <Select
        {...(id && { id })}
        aria-label={texts.validityKind}
        value={rule.kind}
        onChange={(kind) => say(BEGUN[kind])}
        options={Object.keys(BEGUN).map((kind) => ({
          value: kind as ValidityRule["kind"],
          label: texts[kind as keyof typeof BEGUN],
        }))}
      />
      {rule.kind !== "unlimited" && (
        <InputNumber
          aria-label={texts.years}
          min={1}
          max={200}
          precision={0}
          value={(rule as Record<string, unknown>)[most] as number | null}
          onChange={(years) => {
            const { [most]: _, ...rest } = rule as Record<string, unknown>;
            say(years === null && rule.kind === "stated" ? rest : { ...rule, [most]: years ?? 1 });
          }}
        />
      )}
      {rule.kind === "stated" && (
        <Checkbox
          checked={rule.openEnded === true}
          onChange={({ target }) => {
            const { openEnded: _, ...rest } = rule;
            say(target.checked ? { ...rest, openEnded: true } : rest);
          }}
        >
          {texts.unlimited}
        </Checkbox>
      )}
    </div>
  );
}
