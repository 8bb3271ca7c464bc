import { Button } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { Act } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { secondText } from "../format/dates.ts";
import { DepartmentName, MatterName } from "../names/names.tsx";
import type { Texts } from "../text/texts.ts";
import { actWords } from "./act-words.ts";
import type { AUDIT } from "./audit-texts.ts";
import { WhoDid } from "./who-did.tsx";

/** Members of lines that name to what something was done, where no certificate is named. */
const SUBJECTS = ["key", "code", "draft", "change", "import", "account", "quarter", "peer", "sha256"];

function Subject({ act: { identifier, account, details } }: { act: Act }) {
  if (identifier !== "")
    return (
      <Link className="code wrap" to={`/audit/life/${encodeURIComponent(identifier)}`}>
        {shortened(identifier)}
      </Link>
    );
  const detail = (name: string) => details.find((one) => one.name === name)?.value;
  const named = SUBJECTS.map(detail).find((value) => value !== undefined && value !== account);
  return named && <span className="code">{shortened(named)}</span>;
}

/** The end of an identifier tells it from others; all of it stands in the details. */
function shortened(text: string): string {
  return text.length > 24 ? `…${text.slice(-24)}` : text;
}

/** Columns of what was done; `ofOne`: of one certificate, which then no row names again. */
export function actColumns(
  texts: Texts<typeof AUDIT>,
  show: (act: Act) => void,
  { ofOne = false } = {},
): ColumnsType<Act> {
  const subject: ColumnsType<Act>[number] = { title: texts.subject, render: (_, act) => <Subject act={act} /> };
  return [
    { key: "at", title: texts.time, render: (_, { time }) => <span className="code">{secondText(time)}</span> },
    { title: texts.what, render: (_, act) => actWords(act) },
    { title: texts.who, render: (_, act) => <WhoDid act={act} /> },
    {
      title: texts.department,
      render: (_, { departmentCode }) => departmentCode && <DepartmentName code={departmentCode} />,
    },
    { title: texts.matter, render: (_, { matterCode }) => matterCode && <MatterName code={matterCode} /> },
    ...(ofOne ? [] : [subject]),
    {
      title: texts.details,
      render: (_, act) => (
        <Button
          size="small"
          aria-label={texts.detailsOf(actWords(act), secondText(act.time))}
          onClick={() => show(act)}
        >
          {texts.details}
        </Button>
      ),
    },
  ];
}
