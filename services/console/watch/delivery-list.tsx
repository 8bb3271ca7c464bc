import { useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import type { ColumnsType } from "antd/es/table";
import { type Delivery, ExtensionService } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { type ShownState, StateMark } from "../shell/state-mark.tsx";
import { useTexts } from "../text/texts.ts";
import { DELIVERIES } from "./delivery-texts.ts";
import { useEvery } from "./use-node.ts";
import { WATCH } from "./watch-texts.ts";

const { listDeliveries, retryDelivery } = ExtensionService.method;

const STATES: Readonly<Record<string, ShownState>> = {
  waiting: { text: DELIVERIES.waiting, shape: "◔", tone: "waiting" },
  delivered: { text: DELIVERIES.delivered, shape: "●", tone: "good" },
  "given-up": { text: DELIVERIES.givenUp, shape: "✕", tone: "bad" },
};
const FIRST = { state: "given-up" };

/** Events on their way to receivers of extensions, first those that were given up. */
export function DeliveryList() {
  const texts = { ...useTexts(WATCH), ...useTexts(DELIVERIES) };
  const filters = useFilters(FIRST);
  const every = useEvery();
  const queries = useQueryClient();
  const state = filters.get("state");
  const retrying = useMutation(retryDelivery, { onSuccess: () => queries.invalidateQueries() });
  const columns: ColumnsType<Delivery> = [
    { title: texts.event, render: (_, { event, id }) => <span className="code wrap">{event || id}</span> },
    { title: texts.receiver, render: (_, { extension, receiver }) => `${extension} / ${receiver}` },
    {
      title: texts.state,
      render: (_, one) => <StateMark {...(STATES[one.state] ?? { text: ["", ""], shape: "?", tone: "ended" })} />,
    },
    { title: texts.attempts, align: "right", render: (_, { attempts }) => attempts },
    {
      key: "occurred_at",
      title: texts.occurred,
      render: (_, { occurredAt }) => <span className="code">{timeText(occurredAt)}</span>,
    },
    { title: texts.fault, render: (_, { lastFault }) => <span className="wrap">{lastFault}</span> },
    {
      title: texts.act,
      render: (_, { id, state: stands }) =>
        stands !== "delivered" && (
          <Button
            aria-label={texts.retryNamed(id)}
            loading={retrying.isPending && retrying.variables?.id === id}
            onClick={() => retrying.mutate({ id })}
          >
            {texts.retry}
          </Button>
        ),
    },
  ];
  return (
    <>
      <h1>{texts.deliveries}</h1>
      <p className="quiet">{texts.how}</p>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <Select
          aria-label={texts.state}
          value={state}
          onChange={(value) => filters.set("state", value)}
          popupMatchSelectWidth={false}
          options={[
            { value: "given-up", label: texts.givenUp },
            { value: "waiting", label: texts.waiting },
            { value: "delivered", label: texts.delivered },
          ]}
        />
      </search>
      <p role="status">{retrying.data?.delivery && texts.again(retrying.data.delivery.event)}</p>
      {retrying.error && <RefusalNotice error={retrying.error} />}
      <RecordList
        method={listDeliveries}
        request={{ state, search: filters.get("search") }}
        rowsOf={({ deliveries }) => deliveries}
        keyOf={({ id }) => id}
        columns={columns}
        label={texts.deliveries}
        empty={texts.none}
        filters={{ ...filters, any: false }}
        everyMs={every}
      />
    </>
  );
}
