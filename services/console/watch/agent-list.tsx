import { useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import {
  AgentLeave,
  AgentRollService,
  AgentState,
  type AgentView,
} from "../../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { AskFirst } from "../shell/ask-first.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { type ShownState, StateMark } from "../shell/state-mark.tsx";
import { said, useTexts } from "../text/texts.ts";
import { AGENTS } from "./agent-texts.ts";
import { reasonName } from "./reason-name.ts";
import { SealLines } from "./seal-lines.tsx";
import { useEvery } from "./use-node.ts";
import { WATCH } from "./watch-texts.ts";

const { listAgents, forgetAgent } = AgentRollService.method;

const STATES: Readonly<Record<number, ShownState>> = {
  [AgentState.READY]: { text: AGENTS.ready, shape: "●", tone: "good" },
  [AgentState.FAULTY]: { text: AGENTS.faulty, shape: "▲", tone: "bad" },
  [AgentState.AWAY]: { text: AGENTS.away, shape: "✕", tone: "bad" },
};

/** The signing agents, those that are away among them, with the certificates of their seals. */
export function AgentList() {
  const texts = { ...useTexts(WATCH), ...useTexts(AGENTS) };
  const filters = useFilters();
  const every = useEvery();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<string>();
  const forgetting = useMutation(forgetAgent, {
    async onSuccess() {
      setAsked(undefined);
      await queries.invalidateQueries();
    },
  });
  const leaves: Readonly<Record<number, string>> = {
    [AgentLeave.DRAINED]: texts.drained,
    [AgentLeave.ENDED]: texts.ended,
    [AgentLeave.SILENT]: texts.silent,
  };
  const columns: ColumnsType<AgentView> = [
    { key: "name", title: texts.name, render: (_, { name }) => <span className="code">{name}</span> },
    {
      title: texts.state,
      render: (_, { state, reason, leave }) => (
        <>
          <StateMark {...(STATES[state] ?? { text: ["", ""], shape: "?", tone: "ended" })} />{" "}
          {[reason && said(reasonName(reason)), leaves[leave]].filter(Boolean).join("，")}
        </>
      ),
    },
    { key: "since", title: texts.since, render: (_, { since }) => <span className="code">{timeText(since)}</span> },
    {
      title: texts.seals,
      render: (_, { seals }) => <SealLines seals={seals} />,
    },
    { title: texts.replicas, render: (_, { links }) => links.map(({ replica }) => replica).join("、") },
    {
      key: "last_seen",
      title: texts.lastSeen,
      render: (_, { lastSeen }) => <span className="code">{timeText(lastSeen)}</span>,
    },
    { title: texts.version, render: (_, { version }) => version },
    {
      title: texts.columnAct,
      render: (_, { name, state }) =>
        state === AgentState.AWAY && (
          <Button danger onClick={() => setAsked(name)}>
            {texts.forget}
          </Button>
        ),
    },
  ];
  return (
    <>
      <h1>{texts.agents}</h1>
      <p className="quiet">{texts.how}</p>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
      </search>
      <RecordList
        method={listAgents}
        request={{ search: filters.get("search") }}
        rowsOf={({ agents }) => agents}
        keyOf={({ name }) => name}
        columns={columns}
        label={texts.agents}
        empty={texts.none}
        filters={filters}
        everyMs={every}
      />
      {asked !== undefined && (
        <AskFirst
          act={texts.forget}
          of={asked}
          how={texts.forgetHow(asked)}
          danger
          doIt={() => forgetting.mutate({ name: asked })}
          doing={forgetting.isPending}
          fault={forgetting.error && <RefusalNotice error={forgetting.error} />}
          cancel={() => {
            forgetting.reset();
            setAsked(undefined);
          }}
        />
      )}
    </>
  );
}
