import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { Button, Empty, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { type ReactNode, useEffect, useState } from "react";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import type { Filters } from "./filters.ts";
import { LIST } from "./list-texts.ts";
import { Scrolls } from "./scrolls.tsx";

/** A method that lists records, page by page. */
type ListMethod<I extends DescMessage, O extends DescMessage> = DescMethodUnary<I, O>;

/** A list of records as the server pages it. */
export interface RecordListProps<I extends DescMessage, O extends DescMessage, Row extends object> {
  readonly method: ListMethod<I, O>;
  /** The request without its page, which the list adds. */
  readonly request: MessageInitShape<I>;
  readonly rowsOf: (answer: MessageShape<O>) => readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Eight at most; what one looks for comes first. */
  readonly columns: ColumnsType<Row>;
  /** Name of the table, for whoever hears the screen. */
  readonly label: string;
  /** What to do where there is nothing at all. */
  readonly empty: ReactNode;
  readonly filters: Filters;
}

const PAGE_SIZE = 20;

/** A table that asks the server for one page at a time, tells what failed, and what to do where it is empty. */
export function RecordList<I extends DescMessage, O extends DescMessage, Row extends object>(
  props: RecordListProps<I, O, Row>,
) {
  const { method, request, rowsOf, keyOf, columns, label, empty, filters } = props;
  const texts = useTexts(LIST);
  const [tokens, setTokens] = useState<readonly string[]>([""]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other filters begin at the first page
  useEffect(() => setTokens([""]), [filters.key]);
  const paged = { ...request, pageSize: PAGE_SIZE, pageToken: tokens.at(-1) ?? "" } as MessageInitShape<I>;
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery(method, paged, {
    placeholderData: keepPreviousData,
  });
  const next = data ? (data as MessageShape<O> & { nextPageToken: string }).nextPageToken : "";
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  const nothing = filters.any ? (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noneFor}>
      <Button onClick={filters.clear}>{texts.clear}</Button>
    </Empty>
  ) : (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />
  );
  return (
    <>
      <Scrolls label={label}>
        <Table<Row>
          aria-label={label}
          size="middle"
          columns={columns}
          dataSource={data ? [...rowsOf(data)] : []}
          rowKey={keyOf}
          loading={isFetching}
          pagination={false}
          locale={{ emptyText: data && !isPlaceholderData ? nothing : " " }}
        />
      </Scrolls>
      {(tokens.length > 1 || next !== "") && (
        <nav className="paging" aria-label={texts.paging}>
          <Button disabled={tokens.length === 1} onClick={() => setTokens(tokens.slice(0, -1))}>
            {texts.previous}
          </Button>
          <span aria-current="page">{texts.page(tokens.length)}</span>
          <Button disabled={next === ""} onClick={() => setTokens([...tokens, next])}>
            {texts.next}
          </Button>
        </nav>
      )}
    </>
  );
}
