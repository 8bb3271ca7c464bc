import { useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import { Link } from "react-router";
import { ArchiveReadService } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import type { CertificateFork } from "../../../proto/gen/ecert/sync/v1/fork_pb.ts";
import { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { lifeState } from "../audit/life-state.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { mayCall } from "../shell/allowed.ts";
import { AskFirst } from "../shell/ask-first.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { said, useTexts } from "../text/texts.ts";
import { RECOVERY } from "./recovery-texts.ts";

const { listForks, settleFork } = StandingService.method;
/** Digits of a digest by which two are told apart on the page. */
const SHOWN = 12;

/** Certificates with two records, at the province; which one stands a person decides. */
export function ForkList() {
  const texts = useTexts(RECOVERY);
  const filters = useFilters();
  const queries = useQueryClient();
  const { roles } = useWho();
  const [asked, setAsked] = useState<{ identifier: string; sha256: string; state: string }>();
  const settling = useMutation(settleFork, {
    async onSuccess() {
      setAsked(undefined);
      await queries.invalidateQueries();
    },
  });
  const columns: ColumnsType<CertificateFork> = [
    {
      title: texts.records,
      render: (_, { identifier, records }) => (
        <ul className="forked">
          {records.map(({ sha256, state, issuedAt }) => (
            <li key={sha256}>
              <StateMark {...lifeState(state)} />
              <span className="quiet">{texts.record(timeText(issuedAt), sha256.slice(0, SHOWN))}</span>
              <Button
                aria-label={texts.standsNamed(sha256.slice(0, SHOWN))}
                onClick={() => setAsked({ identifier, sha256, state })}
              >
                {texts.stands}
              </Button>
            </li>
          ))}
        </ul>
      ),
    },
    {
      title: texts.identifier,
      render: (_, { identifier }) =>
        mayCall(roles, ArchiveReadService.method.searchArchive) ? (
          <Link className="code" to={`/archive/${encodeURIComponent(identifier)}`}>
            {identifier}
          </Link>
        ) : (
          <span className="code">{identifier}</span>
        ),
    },
    { title: texts.node, render: (_, { node }) => node },
    { key: "since", title: texts.since, render: (_, { since }) => <span className="code">{timeText(since)}</span> },
  ];
  return (
    <section className="panel">
      <h2>{texts.forks}</h2>
      <p className="quiet">{texts.forksHow}</p>
      <RecordList
        method={listForks}
        request={{ search: filters.get("search") }}
        rowsOf={({ forks }) => forks}
        keyOf={({ identifier }) => identifier}
        columns={columns}
        label={texts.forks}
        empty={texts.noForks}
        filters={filters}
      />
      {asked && (
        <AskFirst
          act={texts.stands}
          of={`${said(lifeState(asked.state).text)} ${asked.sha256.slice(0, SHOWN)}`}
          how={texts.standsHow(asked.identifier)}
          danger
          doIt={() => settling.mutate({ identifier: asked.identifier, sha256: asked.sha256 })}
          doing={settling.isPending}
          fault={settling.error && <RefusalNotice error={settling.error} />}
          cancel={() => {
            settling.reset();
            setAsked(undefined);
          }}
        />
      )}
    </section>
  );
}
