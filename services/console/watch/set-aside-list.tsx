import { useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import {
  type SetAside,
  SetAsidePlace,
  SetAsideService,
} from "../../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { transportTo } from "../call/targeted.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { said, useTexts } from "../text/texts.ts";
import { reasonName } from "./reason-name.ts";
import { SET_ASIDE } from "./set-aside-texts.ts";
import { useEvery, useNode } from "./use-node.ts";
import { serviceName, WATCH } from "./watch-texts.ts";

const { listSetAside, retrySetAside } = SetAsideService.method;

/** What a service has set aside; first that of the service which has most. */
export function SetAsideList() {
  const texts = { ...useTexts(WATCH), ...useTexts(SET_ASIDE) };
  const filters = useFilters();
  const { data, error, refetch } = useNode();
  const [first, setFirst] = useState<string>();
  if (!data && error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  const services = data.processes.flatMap((process) => process.services);
  const [most] = services.toSorted((one, other) => Number(other.setAside - one.setAside));
  // The one that had most when the page was opened: numbers change while somebody works on its list.
  if (first === undefined && most) setFirst(most.name);
  const service = filters.get("service") || first || most?.name || "";
  return (
    <>
      <h1>{texts.setAside}</h1>
      <p className="quiet">{texts.how}</p>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <Select
          aria-label={texts.service}
          value={service}
          onChange={(value) => filters.set("service", value)}
          popupMatchSelectWidth={false}
          options={services.map(({ name, setAside }) => ({
            value: name,
            label: texts.option(said(serviceName(name)), `${setAside}`),
          }))}
        />
      </search>
      <OfService key={service} service={service} />
    </>
  );
}

function OfService({ service }: { service: string }) {
  const texts = { ...useTexts(WATCH), ...useTexts(SET_ASIDE) };
  const filters = useFilters();
  const queries = useQueryClient();
  const every = useEvery();
  const transport = transportTo(service);
  const [tried, setTried] = useState<{ key: string; row: SetAside | undefined }>();
  const retrying = useMutation(retrySetAside, { transport });
  const retry = ({ id, key }: SetAside) => {
    setTried(undefined);
    retrying.mutate(
      { id },
      {
        onSuccess({ row }) {
          setTried({ key, row });
          void queries.invalidateQueries();
        },
      },
    );
  };
  const places: Readonly<Record<number, string>> = {
    [SetAsidePlace.OUTBOX]: texts.outbox,
    [SetAsidePlace.INBOX]: texts.inbox,
    [SetAsidePlace.REGISTRY]: texts.registry,
    [SetAsidePlace.ARCHIVE]: texts.archive,
    [SetAsidePlace.STORE]: texts.store,
  };
  const columns: ColumnsType<SetAside> = [
    { title: texts.key, render: (_, { key }) => <span className="code wrap">{key}</span> },
    { title: texts.place, render: (_, { place, source }) => [places[place], source].filter(Boolean).join(" · ") },
    { title: texts.node, render: (_, { node }) => node || texts.here },
    {
      title: texts.why,
      render: (_, { reason, detail }) => (
        <>
          {said(reasonName(reason))}
          <br />
          <span className="quiet wrap">{detail}</span>
        </>
      ),
    },
    { key: "since", title: texts.sinceWhen, render: (_, { since }) => <span className="code">{timeText(since)}</span> },
    { title: texts.tries, align: "right", render: (_, { tries }) => tries },
    {
      title: texts.act,
      render: (_, row) => (
        <Button
          aria-label={texts.retryNamed(row.key)}
          loading={retrying.isPending && retrying.variables?.id === row.id}
          disabled={retrying.isPending}
          onClick={() => retry(row)}
        >
          {texts.retry}
        </Button>
      ),
    },
  ];
  return (
    <>
      {retrying.error && <RefusalNotice error={retrying.error} />}
      {tried && (
        <p role="status">
          {tried.row ? texts.stays(tried.key, said(reasonName(tried.row.reason))) : texts.done(tried.key)}
        </p>
      )}
      <RecordList
        method={listSetAside}
        request={{ search: filters.get("search") }}
        rowsOf={({ rows }) => rows}
        keyOf={({ id }) => id}
        columns={columns}
        label={texts.setAside}
        empty={texts.none}
        filters={{ ...filters, any: filters.get("search") !== "" }}
        everyMs={every}
        transport={transport}
      />
    </>
  );
}
