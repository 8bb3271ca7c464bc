import type { ColumnsType } from "antd/es/table";
import type { SandboxCall } from "../../../proto/gen/ecert/governance/v1/sandbox_pb.ts";
import { SandboxService } from "../../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { useTexts } from "../text/texts.ts";
import { SANDBOX } from "./sandbox-texts.ts";

/** The last calls of a system in the sandbox, the newest first, without values: what was asked, and what came of it. */
export function AppCalls({ appKey, everyMs }: { appKey: string; everyMs: number | false }) {
  const texts = useTexts(SANDBOX);
  const filters = useFilters();
  const columns: ColumnsType<SandboxCall> = [
    { key: "time", title: texts.time, render: (_, { time }) => <span className="code">{timeText(time)}</span> },
    { title: texts.method, render: (_, { method }) => <span className="code">{method.split(".").at(-1)}</span> },
    { title: texts.outcome, render: (_, { outcome }) => <span className="code">{outcome}</span> },
    { title: texts.fields, render: (_, { fields }) => fields.join("、") },
    { title: texts.identifier, render: (_, { identifier }) => <span className="code">{identifier}</span> },
    { title: texts.requestId, render: (_, { requestId }) => <span className="code">{requestId}</span> },
    { title: texts.ms, align: "right", render: (_, { milliseconds }) => milliseconds },
  ];
  return (
    <section className="panel">
      <h2>{texts.calls}</h2>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findCall} />
      </search>
      <RecordList
        method={SandboxService.method.listSandboxCalls}
        request={{ appKey, search: filters.get("search") }}
        rowsOf={({ calls }) => calls}
        keyOf={({ number }) => String(number)}
        columns={columns}
        label={texts.calls}
        empty={texts.noCalls}
        filters={filters}
        everyMs={everyMs}
      />
    </section>
  );
}
