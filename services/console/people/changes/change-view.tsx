import { Descriptions } from "antd";
import type { DepartmentChange } from "../../../../proto/gen/ecert/governance/v1/change_pb.ts";
import { timeText } from "../../format/dates.ts";
import { DepartmentName } from "../../names/names.tsx";
import { said, useTexts } from "../../text/texts.ts";
import { CHANGES, STAGE_TEXTS } from "./change-texts.ts";

/** All that a change says, and what of it was carried out. */
export function ChangeView({ change }: { change: DepartmentChange }) {
  const texts = useTexts(CHANGES);
  const { departmentCode, effectiveOn, newName, successorCode, transfers, carried } = change;
  const lists = (transfer: (typeof transfers)[number]) =>
    [
      [texts.unitCodes, transfer.unitCodes],
      [texts.matterCodes, transfer.matterCodes],
      [texts.appKeys, transfer.appKeys],
      [texts.itemCodes, transfer.itemCodes],
    ] as const;
  return (
    <Descriptions
      column={1}
      size="small"
      className="panel"
      items={[
        { label: texts.department, children: <span className="code">{departmentCode}</span> },
        { label: texts.effectiveOn, children: <span className="code">{effectiveOn}</span> },
        ...(newName === "" ? [] : [{ label: texts.newName, children: newName }]),
        ...(successorCode === ""
          ? []
          : [{ label: texts.successor, children: <DepartmentName code={successorCode} /> }]),
        ...transfers.map((transfer) => ({
          label: texts.toCode,
          children: (
            <div>
              <DepartmentName code={transfer.toCode} />
              {lists(transfer).map(([label, codes]) =>
                codes.length === 0 ? null : (
                  <div key={label} className="wrap">
                    {label}：{codes.join("、")}
                  </div>
                ),
              )}
            </div>
          ),
        })),
        ...carried.map(({ stage, changed, at }) => ({
          label: timeText(at),
          children: texts.carriedStage(said(STAGE_TEXTS[stage] ?? [stage, stage]), changed),
        })),
      ]}
    />
  );
}
