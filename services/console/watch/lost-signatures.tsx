import { useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import { type LostSignature, RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { AskFirst } from "../shell/ask-first.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { RECOVERY } from "./recovery-texts.ts";

const { listLostSignatures, acceptLostSignatures } = RecoveryService.method;

/** What agents have signed and this node does not know; one after the other can be given up. */
export function LostSignatures() {
  const texts = useTexts(RECOVERY);
  const filters = useFilters();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<string>();
  const accepting = useMutation(acceptLostSignatures, {
    async onSuccess() {
      setAsked(undefined);
      await queries.invalidateQueries();
    },
  });
  const columns: ColumnsType<LostSignature> = [
    {
      key: "identifier",
      title: texts.identifier,
      render: (_, { identifier }) => <span className="code wrap">{identifier}</span>,
    },
    { key: "agent", title: texts.agent, render: (_, { agent }) => agent },
    { key: "since", title: texts.since, render: (_, { since }) => <span className="code">{timeText(since)}</span> },
    {
      title: texts.act,
      render: (_, { identifier }) => (
        <Button danger aria-label={texts.acceptNamed(identifier)} onClick={() => setAsked(identifier)}>
          {texts.accept}
        </Button>
      ),
    },
  ];
  return (
    <section className="panel">
      <h2>{texts.lost}</h2>
      <p className="quiet">{texts.lostHow}</p>
      <RecordList
        method={listLostSignatures}
        request={{ search: filters.get("search") }}
        rowsOf={({ signatures }) => signatures}
        keyOf={({ identifier }) => identifier}
        columns={columns}
        label={texts.lost}
        empty={texts.noLost}
        filters={filters}
      />
      {asked !== undefined && (
        <AskFirst
          act={texts.accept}
          of={asked}
          how={texts.acceptHow}
          danger
          doIt={() => accepting.mutate({ identifiers: [asked] })}
          doing={accepting.isPending}
          fault={accepting.error && <RefusalNotice error={accepting.error} />}
          cancel={() => {
            accepting.reset();
            setAsked(undefined);
          }}
        />
      )}
    </section>
  );
}
