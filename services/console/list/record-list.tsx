import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { Button, Empty, Table, type TableProps } from "antd";
import type { ColumnsType } from "antd/es/table";
import type { SorterResult } from "antd/es/table/interface";
import type { ReactNode, ThHTMLAttributes } from "react";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { type Filters, SORT } from "./filters.ts";
import { LIST } from "./list-texts.ts";
import { Paging, usePage } from "./paging.tsx";
import { Scrolls } from "./scrolls.tsx";
import { ordersOf, sortable, sortOf } from "./sorting.ts";

/** A method that lists records, page by page. */
type ListMethod<I extends DescMessage, O extends DescMessage> = DescMethodUnary<I, O>;

/** A list of records as the server pages it. */
export interface RecordListProps<I extends DescMessage, O extends DescMessage, Row extends object> {
  readonly method: ListMethod<I, O>;
  /** The request without its page, which the list adds. */
  readonly request: MessageInitShape<I>;
  readonly rowsOf: (answer: MessageShape<O>) => readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Eight at most; what one looks for comes first. One whose key is an order of the contract (`order_by`) sorts the list. */
  readonly columns: ColumnsType<Row>;
  /** Name of the table, for whoever hears the screen. */
  readonly label: string;
  /** What to do where there is nothing at all. */
  readonly empty: ReactNode;
  readonly filters: Filters;
  /** What stands above the table about all of an answer. */
  readonly aboveOf?: (answer: MessageShape<O>) => ReactNode;
  /** A row of the table below all others: what the server tells of all pages together. */
  readonly summaryOf?: (answer: MessageShape<O>) => ReactNode;
  /** Asked anew every so many milliseconds while the page is looked at, quietly; false: not now. Absent: when it is opened. */
  readonly everyMs?: number | false;
  /** To whom, where that is not the page's own node as a whole. */
  readonly transport?: Transport;
  /** Where rows can be chosen, also of several pages. */
  readonly choice?: Choice<Row>;
}

/** Rows that are chosen, by their keys. */
export interface Choice<Row extends object> {
  readonly chosen: ReadonlyMap<string, Row>;
  readonly choose: (rows: ReadonlyMap<string, Row>) => void;
  /** What choosing a row, and all of the page, is called, for whoever hears the screen. */
  readonly nameOf: (row: Row) => string;
  readonly nameOfAll: string;
}

const PAGE_SIZE = 20;
/** Headings are named by their text alone: antd gives those that sort a label beside it, by which they would pass for fields of that name. */
const HEADINGS = {
  header: { cell: ({ "aria-label": _text, ...rest }: ThHTMLAttributes<HTMLTableCellElement>) => <th {...rest} /> },
};

/** A table that asks the server for one page at a time, tells what failed, and what to do where it is empty. */
export function RecordList<I extends DescMessage, O extends DescMessage, Row extends object>(
  props: RecordListProps<I, O, Row>,
) {
  const { method, request, rowsOf, keyOf, columns, label, empty, filters, choice, everyMs, transport } = props;
  const { aboveOf, summaryOf } = props;
  const texts = useTexts(LIST);
  const place = usePage(filters);
  const orders = ordersOf(method.input);
  const orderBy = sortOf(filters.get(SORT), orders, columns);
  const sort = (_: unknown, __: unknown, sorted: SorterResult<Row> | SorterResult<Row>[]) => {
    const { columnKey, order } = [sorted].flat()[0] ?? {};
    filters.set(SORT, order ? `${order === "descend" ? "-" : ""}${String(columnKey)}` : "");
  };
  const ordered = orderBy === "" ? {} : { orderBy };
  const paged = { ...request, ...ordered, pageSize: PAGE_SIZE, pageToken: place.token } as MessageInitShape<I>;
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery(method, paged, {
    placeholderData: keepPreviousData,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
    ...(transport && { transport }),
  });
  const next = data ? (data as MessageShape<O> & { nextPageToken: string }).nextPageToken : "";
  const refused = error && (
    <>
      <RefusalNotice error={error} retry={() => refetch()} />
      {orderBy !== "" && <Button onClick={() => filters.set(SORT, "")}>{texts.unsorted}</Button>}
    </>
  );
  // Rows that are there stay where they cannot be read anew: somebody may be about to press one.
  if (refused && !data) return refused;
  const nothing = filters.any ? (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={next === "" ? texts.noneFor : texts.goOn}>
      <Button onClick={filters.clear}>{texts.clear}</Button>
    </Empty>
  ) : (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />
  );
  return (
    <>
      {refused}
      {data && aboveOf?.(data as MessageShape<O>)}
      <Scrolls label={label}>
        <Table<Row>
          aria-label={label}
          size="middle"
          columns={sortable(columns, orders, orderBy)}
          onChange={sort}
          showSorterTooltip={false}
          components={HEADINGS}
          dataSource={data ? [...rowsOf(data)] : []}
          rowKey={keyOf}
          loading={everyMs === undefined ? isFetching : !data || isPlaceholderData}
          {...(choice && { rowSelection: selectionOf(choice, keyOf) })}
          pagination={false}
          {...(data && summaryOf && { summary: () => summaryOf(data as MessageShape<O>) })}
          locale={{ emptyText: data && !isPlaceholderData ? nothing : " " }}
        />
      </Scrolls>
      <Paging label={label} place={place} next={next} />
    </>
  );
}

/** Rows of other pages stay chosen: the table knows those of this one alone. */
function selectionOf<Row extends object>(
  { chosen, choose, nameOf, nameOfAll }: Choice<Row>,
  keyOf: (row: Row) => string,
): NonNullable<TableProps<Row>["rowSelection"]> {
  const change = (rows: readonly Row[], isChosen: boolean) => {
    const after = new Map(chosen);
    for (const row of rows) {
      if (isChosen) after.set(keyOf(row), row);
      else after.delete(keyOf(row));
    }
    choose(after);
  };
  return {
    selectedRowKeys: [...chosen.keys()],
    onSelect: (row, isChosen) => change([row], isChosen),
    onSelectAll: (isChosen, _, changed) => change(changed, isChosen),
    getCheckboxProps: (row) => ({ "aria-label": nameOf(row) }) as object,
    getTitleCheckboxProps: () => ({ "aria-label": nameOfAll }) as object,
  };
}
