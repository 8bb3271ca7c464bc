import { Descriptions } from "antd";
import type { OpeningRequest } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { DepartmentName, ItemName } from "../names/names.tsx";
import { useTexts } from "../text/texts.ts";
import { OPENINGS } from "./opening-texts.ts";

/** All that a request asks for. */
export function SubjectView({ request: { subject, unitCodes } }: { request: OpeningRequest }) {
  const texts = useTexts(OPENINGS);
  const yesNo = (value: boolean) => (value ? texts.yes : texts.no);
  const days = (from: string, until: string) => [
    { label: texts.from, children: from },
    { label: texts.until, children: until || texts.noEnd },
  ];
  const rows = () => {
    switch (subject.case) {
      case "issuing": {
        const { itemCode, appKey, sealCode, opensOn, closesOn, forUnits, samePersonMayIssue, controls, halt } =
          subject.value;
        return [
          { label: texts.item, children: <ItemName code={itemCode} /> },
          { label: texts.app, children: <span className="code wrap">{appKey}</span> },
          { label: texts.seal, children: <span className="code wrap">{sealCode}</span> },
          ...days(opensOn, closesOn),
          { label: texts.forUnits, children: yesNo(forUnits) },
          { label: texts.samePerson, children: yesNo(samePersonMayIssue) },
          ...(controls?.issuesPerDay ? [{ label: texts.perDay, children: controls.issuesPerDay }] : []),
          ...(controls?.signerAccounts.length
            ? [{ label: texts.signers, children: controls.signerAccounts.join("、") }]
            : []),
          ...(halt ? [{ label: texts.cause, children: halt.cause }] : []),
        ];
      }
      case "usage": {
        const { matterCode, appKeys, items, enabledOn, closesOn, halt } = subject.value;
        return [
          { label: texts.matter, children: <span className="code">{matterCode}</span> },
          { label: texts.app, children: <span className="code wrap">{appKeys.join("、")}</span> },
          ...days(enabledOn, closesOn),
          {
            label: texts.usable,
            children: (
              <ul className="waits">
                {items.map(({ itemCode, fields }) => (
                  <li key={itemCode}>
                    <ItemName code={itemCode} /> <span className="quiet wrap">{texts.fields(fields.join("、"))}</span>
                  </li>
                ))}
              </ul>
            ),
          },
          ...(halt ? [{ label: texts.cause, children: halt.cause }] : []),
        ];
      }
      case "delegation": {
        const { appKey, itemCodes, matterCodes, since, until } = subject.value;
        return [
          { label: texts.app, children: <span className="code wrap">{appKey}</span> },
          { label: texts.items, children: itemCodes.join("、") },
          { label: texts.matters, children: matterCodes.join("、") },
          ...days(since, until),
        ];
      }
      default:
        return [];
    }
  };
  const units = unitCodes.map((code) => (
    <div key={code}>
      <DepartmentName code={code} />
    </div>
  ));
  return (
    <Descriptions
      column={1}
      size="small"
      className="panel"
      title={<h2>{texts.what}</h2>}
      items={[...rows(), ...(units.length > 0 ? [{ label: texts.units, children: <div>{units}</div> }] : [])]}
    />
  );
}
