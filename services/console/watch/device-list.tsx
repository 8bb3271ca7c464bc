import type { ColumnsType } from "antd/es/table";
import {
  type AgentDevice,
  AgentRollService,
  AgentState,
  type AgentView,
} from "../../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { type ShownState, StateMark } from "../shell/state-mark.tsx";
import { said, useTexts } from "../text/texts.ts";
import { AGENTS } from "./agent-texts.ts";
import { DEVICES } from "./device-texts.ts";
import { reasonName } from "./reason-name.ts";
import { SealLines } from "./seal-lines.tsx";
import { useEvery } from "./use-node.ts";
import { WATCH } from "./watch-texts.ts";

const { listAgents } = AgentRollService.method;

const STATES: Readonly<Record<number, ShownState>> = {
  [AgentState.READY]: { text: DEVICES.answers, shape: "●", tone: "good" },
  [AgentState.FAULTY]: { text: DEVICES.fails, shape: "▲", tone: "bad" },
  [AgentState.AWAY]: { text: DEVICES.unheard, shape: "✕", tone: "bad" },
};

/** The encryption devices behind the signing agents (5.8.2, 5.8.4): which they are, whether they sign, and the keys in use. */
export function DeviceList() {
  const texts = { ...useTexts(WATCH), ...useTexts(AGENTS), ...useTexts(DEVICES) };
  const filters = useFilters();
  const every = useEvery();
  const columns: ColumnsType<AgentView> = [
    { title: texts.device, render: (_, { device }) => <DeviceName device={device} /> },
    { key: "name", title: texts.agent, render: (_, { name }) => <span className="code">{name}</span> },
    {
      title: texts.keys,
      render: (_, { seals }) => (
        <SealLines
          seals={seals}
          told={({ keyLabel, algorithm }) => (
            <>
              <span className="code">{keyLabel || texts.noLabel}</span> {algorithm}{" "}
            </>
          )}
        />
      ),
    },
    {
      title: texts.state,
      render: (_, { state, reason }) => (
        <>
          <StateMark {...(STATES[state] ?? { text: ["", ""], shape: "?", tone: "ended" })} />{" "}
          {reason && said(reasonName(reason))}
        </>
      ),
    },
    { key: "since", title: texts.since, render: (_, { since }) => <span className="code">{timeText(since)}</span> },
    {
      key: "last_seen",
      title: texts.lastSeen,
      render: (_, { lastSeen }) => <span className="code">{timeText(lastSeen)}</span>,
    },
  ];
  return (
    <>
      <h1>{texts.devices}</h1>
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
        label={texts.devices}
        empty={texts.none}
        filters={filters}
        everyMs={every}
      />
    </>
  );
}

function DeviceName({ device }: { device: AgentDevice | undefined }) {
  const texts = useTexts(DEVICES);
  if (!device) return texts.untold;
  const { kind, label, maker, model, serial } = device;
  const kinds: Readonly<Record<string, string>> = { pkcs11: texts.pkcs11, sdf: texts.sdf, "key-file": texts.keyFile };
  return (
    <>
      {label && <strong>{label}</strong>} {[maker, model].filter(Boolean).join(" ")}{" "}
      <div>
        {serial && <span className="code">{said(DEVICES.serial(serial))}</span>}{" "}
        <span className="quiet">{kinds[kind] ?? kind}</span>
      </div>
    </>
  );
}
